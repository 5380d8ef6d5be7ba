package dev.koi.testkit.engine;

import java.util.Locale;

/**
 * An engine and version to play. The shapes of its answers are those of the real one: Docker
 * 20.10.24, 26.1.5 and 28.5.2, Podman 4.3.1 and 5.4.2 with the file event log.
 */
public enum Dialect {
  DOCKER_20("die net-", "die net- stop", "die net- stop", "die net-"),
  DOCKER_26("net- die", "net- stop die", "net- stop die", "net- die"),
  DOCKER_28("net- die", "net- stop die", "net- stop die", "net- die"),
  PODMAN_4("die cleanup", "die cleanup cleanup", "die cleanup", "die cleanup"),
  PODMAN_5("die cleanup", "die cleanup", "die", "die");

  // The events of an end by itself, by stop, by restart and by remove, without signals.
  final String dies;
  final String stops;
  final String restarts;
  final String removes;

  Dialect(String dies, String stops, String restarts, String removes) {
    this.dies = dies;
    this.stops = stops;
    this.restarts = restarts;
    this.removes = removes;
  }

  boolean podman() {
    return this == PODMAN_4 || this == PODMAN_5;
  }

  String defaultNetwork() {
    return podman() ? "podman" : "bridge";
  }

  /** The answers of the real engine, with holes in braces for the facts. */
  String template() {
    return name().toLowerCase(Locale.ROOT) + ".json";
  }
}
