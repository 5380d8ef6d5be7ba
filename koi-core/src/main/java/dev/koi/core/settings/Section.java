package dev.koi.core.settings;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The values below one path, each refused with its place if it cannot be used. */
final class Section {

  private static final Duration LONGEST = Duration.ofHours(1);

  private final Config all;
  private final String path;

  /** Reads values below {@code path}, which ends with a dot. */
  Section(Config all, String path) {
    this.all = all;
    this.path = path;
  }

  String text(String key, String pattern, String requirement) {
    String text = all.getString(path + key).strip();
    if (!text.matches(pattern)) {
      throw invalid(key, requirement + ", but is '" + text + "'");
    }
    return text;
  }

  /** A command line has no lists, so one text may hold several, with commas in between. */
  List<String> list(String key) {
    List<String> elements =
        all.getValue(path + key).unwrapped() instanceof String text
            ? List.of(text.split(",", -1))
            : all.getStringList(path + key);
    return elements.stream().map(String::strip).filter(element -> !element.isEmpty()).toList();
  }

  boolean flag(String key) {
    return all.getBoolean(path + key);
  }

  Optional<Path> path(String key) {
    String text = all.getString(path + key);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  int number(String key, int min, int max) {
    int number = all.getInt(path + key);
    if (number < min || number > max) {
      throw invalid(key, "must be in " + min + ".." + max + ", but is " + number);
    }
    return number;
  }

  Duration duration(String key) {
    Duration duration = all.getDuration(path + key);
    if (duration.compareTo(Duration.ofMillis(100)) < 0 || duration.compareTo(LONGEST) > 0) {
      throw invalid(key, "must be in 100ms..1h, but is " + all.getString(path + key));
    }
    return duration;
  }

  SettingsException invalid(String key, String reason) {
    return SettingsLoader.invalid(path + key, all.getValue(path + key), reason);
  }
}
