package dev.koi.core.status;

import java.util.Locale;

/** How it stands between Koi and one runtime. */
public enum BackendState {
  /** The configuration says not to touch it. */
  DISABLED,
  /** The first attempt has not come to an end. */
  CONNECTING,
  /** Its instances are known and its changes are followed. */
  CONNECTED,
  /** Nothing is there; Koi looks again from time to time. */
  UNAVAILABLE,
  /** Something is there, but refuses or breaks; Koi tries again. */
  FAILED,
  /** Its configuration cannot be used, or there is no such backend; only a person can mend that. */
  MISCONFIGURED;

  /** Returns the name on the wire: lower case, as in {@code "connected"}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
