package dev.koi.core.settings;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code koi.serve}, and refuses values that the server could not use. */
final class ServeReader {

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MANY = 100_000;

  private static final String PATH = "koi.serve.";

  /** As a Host header has them; an address of IPv6 also without its brackets. */
  private static final String NAME_OR_ADDRESS =
      "[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*";

  private final Config all;

  ServeReader(Config all) {
    this.all = all;
  }

  ServeSettings settings() {
    return new ServeSettings(
        text("host", ".+", "must not be empty").replaceFirst("^\\[(.*:.*)]$", "$1"),
        number("port", 0, 65_535),
        path("socket"),
        text("socket-group", ".*", ""),
        text("socket-mode", "0?[0-7]{3}", "must be three octal digits, such as 660"),
        path("token-file"),
        all.getBoolean(PATH + "insecure"),
        hosts(),
        text("advertise-host", "[^/\\s]+", "must be a host"),
        text("base-path", "/|(/[A-Za-z0-9._~-]+)+/", "must be / or such as /koi/"),
        number("max-connections", 1, MANY),
        number("max-streams", 1, MANY),
        duration("request-timeout"),
        duration("idle-timeout"));
  }

  private String text(String key, String pattern, String requirement) {
    String text = all.getString(PATH + key).strip();
    if (!text.matches(pattern)) {
      throw invalid(key, requirement + ", but is '" + text + "'");
    }
    return text;
  }

  /** A command line has no lists, so one text may hold several, with commas in between. */
  private List<String> hosts() {
    List<String> hosts =
        all.getValue(PATH + "hosts").unwrapped() instanceof String text
            ? List.of(text.split(",", -1))
            : all.getStringList(PATH + "hosts");
    hosts = hosts.stream().map(String::strip).filter(host -> !host.isEmpty()).toList();
    for (String host : hosts) {
      if (!host.matches(NAME_OR_ADDRESS)) {
        throw invalid(
            "hosts",
            "must be names or addresses alone, such as koi.example.org, on a command line with"
                + " commas in between, but one is '"
                + host
                + "'");
      }
    }
    return hosts;
  }

  private Optional<Path> path(String key) {
    String text = all.getString(PATH + key);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  private int number(String key, int min, int max) {
    int number = all.getInt(PATH + key);
    if (number < min || number > max) {
      throw invalid(key, "must be in " + min + ".." + max + ", but is " + number);
    }
    return number;
  }

  private Duration duration(String key) {
    Duration duration = all.getDuration(PATH + key);
    if (duration.compareTo(Duration.ofMillis(100)) < 0 || duration.compareTo(LONGEST) > 0) {
      throw invalid(key, "must be in 100ms..1h, but is " + all.getString(PATH + key));
    }
    return duration;
  }

  private SettingsException invalid(String key, String reason) {
    return SettingsLoader.invalid(PATH + key, all.getValue(PATH + key), reason);
  }
}
