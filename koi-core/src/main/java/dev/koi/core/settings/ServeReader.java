package dev.koi.core.settings;

import com.typesafe.config.Config;
import java.util.List;

/** Reads {@code koi.serve}, and refuses values that the server could not use. */
final class ServeReader {

  private static final int MANY = 100_000;

  /** As a Host header has them; an address of IPv6 also without its brackets. */
  private static final String NAME_OR_ADDRESS =
      "[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*";

  private final Section serve;

  ServeReader(Config all) {
    this.serve = new Section(all, "koi.serve.");
  }

  ServeSettings settings() {
    return new ServeSettings(
        serve.text("host", ".+", "must not be empty").replaceFirst("^\\[(.*:.*)]$", "$1"),
        serve.number("port", 0, 65_535),
        serve.path("socket"),
        serve.text("socket-group", ".*", ""),
        serve.text("socket-mode", "0?[0-7]{3}", "must be three octal digits, such as 660"),
        serve.path("token-file"),
        serve.flag("insecure"),
        hosts(),
        serve.text("advertise-host", "[^/\\s]+", "must be a host"),
        serve.text("base-path", "/|(/[A-Za-z0-9._~-]+)+/", "must be / or such as /koi/"),
        serve.number("max-connections", 1, MANY),
        serve.number("max-streams", 1, MANY),
        serve.duration("request-timeout"),
        serve.duration("idle-timeout"));
  }

  private List<String> hosts() {
    List<String> hosts = serve.list("hosts");
    for (String host : hosts) {
      if (!host.matches(NAME_OR_ADDRESS)) {
        throw serve.invalid(
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
