package dev.koi.core.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One object of the configuration; it refuses values that do not fit. */
final class Section {

  private static final Duration LONGEST = Duration.ofHours(1);

  private final Config all;
  private final String prefix; // of the keys, such as "koi.serve."

  Section(Config all, String prefix) {
    this.all = all;
    this.prefix = prefix;
  }

  boolean bool(String key) {
    return read(key, all::getBoolean, "must be true or false");
  }

  /** Returns any duration. */
  Duration duration(String key) {
    return read(key, all::getDuration, "must be a duration such as 500ms, 10s or 5m");
  }

  private <T> T read(String key, Function<String, T> reader, String requirement) {
    try {
      return reader.apply(prefix + key);
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      Object value = all.getValue(prefix + key).unwrapped();
      throw invalid(key, requirement + ", but is '" + value + "'");
    }
  }

  /** Returns a text without blanks around it; {@code requirement} says what the pattern means. */
  String text(String key, String pattern, String requirement) {
    String text = all.getString(prefix + key).strip();
    if (!text.matches(pattern)) {
      throw invalid(key, requirement + ", but is '" + text + "'");
    }
    return text;
  }

  /** A command line has no lists, so one text may hold several, with commas in between. */
  List<String> texts(String key) {
    List<String> texts =
        all.getValue(prefix + key).unwrapped() instanceof String text
            ? List.of(text.split(",", -1))
            : all.getStringList(prefix + key);
    return texts.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
  }

  Optional<Path> path(String key) {
    String text = all.getString(prefix + key);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  int number(String key, int min, int max) {
    String requirement = "must be a number in " + min + ".." + max;
    int number = read(key, all::getInt, requirement);
    if (number < min || number > max) {
      throw invalid(key, requirement + ", but is " + number);
    }
    return number;
  }

  /** Returns a duration from {@code min} to an hour; {@code shown} is the former for people. */
  Duration duration(String key, Duration min, String shown) {
    Duration duration = duration(key);
    if (duration.compareTo(min) < 0 || duration.compareTo(LONGEST) > 0) {
      throw invalid(key, "must be in " + shown + "..1h, but is " + all.getString(prefix + key));
    }
    return duration;
  }

  SettingsException invalid(String key, String reason) {
    return SettingsLoader.invalid(prefix + key, all.getValue(prefix + key), reason);
  }
}
