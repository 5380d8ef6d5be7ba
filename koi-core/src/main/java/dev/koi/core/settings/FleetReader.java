package dev.koi.core.settings;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code koi.fleet}, and refuses values that the publisher could not use. */
final class FleetReader {

  /** etcd makes shorter ones longer. */
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);

  private final Section section;
  private final Duration resync;

  FleetReader(Config all, Timing timing) {
    this.section = new Section(all, "koi.fleet.");
    this.resync = timing.resync();
  }

  FleetSettings settings() {
    boolean publish = section.bool("publish");
    List<String> endpoints = section.texts("endpoints");
    if (publish && endpoints.isEmpty()) {
      throw section.invalid(
          "publish",
          "is true, so koi.fleet.endpoints must have an address, such as http://127.0.0.1:2379");
    }
    String user = section.text("user", ".*", "");
    Optional<Path> passwordFile = section.path("password-file");
    if (user.isEmpty() && passwordFile.isPresent()) {
      throw section.invalid("password-file", "is set, so koi.fleet.user must be, too");
    } else if (!user.isEmpty() && passwordFile.isEmpty()) {
      throw section.invalid("user", "is set, so koi.fleet.password-file must be, too");
    }
    return new FleetSettings(
        publish,
        endpoints,
        section.text(
            "prefix",
            "/([A-Za-z0-9._-]+/)*",
            "must be letters, digits, '.', '_', '-' between slashes, such as /koi/"),
        section.text("host", "\\S{0,255}", "must be at most 255 characters without blanks"),
        user,
        passwordFile,
        section.path("cert-path"),
        section.bool("insecure"),
        section.duration("lease", SHORTEST_LEASE, "2s"),
        resync);
  }
}
