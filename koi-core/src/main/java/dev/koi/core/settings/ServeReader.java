package dev.koi.core.settings;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/** Reads {@code koi.serve}, and refuses values that the server could not use. */
final class ServeReader {

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final int MANY = 100_000;

  /** As a Host header has them; an address of IPv6 also without its brackets. */
  private static final String NAME_OR_ADDRESS =
      "[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*";

  private final Section section;

  ServeReader(Config all) {
    this.section = new Section(all, "koi.serve.");
  }

  ServeSettings settings() {
    return new ServeSettings(
        section.text("host", ".+", "must not be empty").replaceFirst("^\\[(.*:.*)]$", "$1"),
        section.number("port", 0, 65_535),
        section.path("socket"),
        section.text("socket-group", ".*", ""),
        section.text("socket-mode", "0?[0-7]{3}", "must be three octal digits, such as 660"),
        section.path("token-file"),
        section.bool("insecure"),
        hosts(),
        section.text("advertise-host", "[^/\\s]+", "must be a host"),
        section.text("base-path", "/|(/[A-Za-z0-9._~-]+)+/", "must be / or such as /koi/"),
        section.number("max-connections", 1, MANY),
        section.number("max-streams", 1, MANY),
        section.duration("request-timeout", SHORTEST, "100ms"),
        section.duration("idle-timeout", SHORTEST, "100ms"));
  }

  private List<String> hosts() {
    List<String> hosts = section.texts("hosts");
    for (String host : hosts) {
      if (!host.matches(NAME_OR_ADDRESS)) {
        throw section.invalid(
            "hosts",
            "must be names or addresses alone, such as koi.example.org, on a command line with"
                + " commas in between, but one is '"
                + host
                + "'");
      }
    }
    return hosts;
  }
}
