package dev.koi.testkit.engine;

import java.util.Locale;

/**
 * An engine and version to play. The shapes of its answers are those measured on the real one:
 * Docker 20.10.24, 26.1.5 and 28.5.2, Podman 4.3.1 and 5.4.2 with the file event log.
 */
public enum Dialect {
  DOCKER_20,
  DOCKER_26,
  DOCKER_28,
  PODMAN_4,
  PODMAN_5;

  boolean podman() {
    return this == PODMAN_4 || this == PODMAN_5;
  }

  /** Docker 26 turned the end of a container around: network and stop first, die last. */
  boolean diesLast() {
    return this == DOCKER_26 || this == DOCKER_28;
  }

  String defaultNetwork() {
    return podman() ? "podman" : "bridge";
  }

  /** The file with the answers of the real engine that this dialect fills in. */
  String template() {
    return name().toLowerCase(Locale.ROOT) + ".json";
  }
}
