package dev.koi.core.status;

import java.util.Locale;

/** The state of one entry of the configuration. */
public enum BackendState {
  /** Disabled by the configuration. */
  DISABLED,
  /** The first attempt to connect is under way. */
  CONNECTING,
  /** Connected: its instances are known and its changes are followed. */
  CONNECTED,
  /** No runtime answers there; Koi tries again. */
  UNAVAILABLE,
  /** The runtime refuses or breaks the connection; Koi tries again. */
  FAILED,
  /** The configuration is wrong, or no such backend exists; Koi does not try again. */
  MISCONFIGURED,
  /** Koi is closed. */
  CLOSED;

  /** Returns the name on the wire: lower case, as in {@code "connected"}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
