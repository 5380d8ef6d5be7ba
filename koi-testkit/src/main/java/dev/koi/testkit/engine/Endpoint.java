package dev.koi.testkit.engine;

/** What of the engine's API a request is for. */
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
  /** Anything else, which a client that only watches has no business with. */
  OTHER
}
