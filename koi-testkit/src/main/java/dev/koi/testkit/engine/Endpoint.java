package dev.koi.testkit.engine;

/** What of the engine's API a request is for. */
public enum Endpoint {
  PING,
  VERSION,
  LIST,
  INSPECT,
  EVENTS,
  /** Anything else, which a client that only watches has no business with. */
  OTHER
}
