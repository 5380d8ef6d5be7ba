package dev.koi.testkit.engine;

/** The parts of an engine's API. */
public enum Endpoint {
  PING,
  VERSION,
  LIST,
  /**
   * Podman's own list, {@code /v4.0.0/libpod/containers/json}: like Podman, with a version only.
   */
  LIBPOD_LIST,
  INSPECT,
  EVENTS,
  /** Anything else. A client that only watches needs nothing of it. */
  OTHER
}
