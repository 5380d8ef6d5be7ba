package dev.koi;

import java.util.Locale;

/** What the runtime's own health check says of an instance. */
public enum Health {
  /** The instance has no health check. */
  NONE,
  /** The check has not come to a verdict yet. */
  STARTING,
  /** The last check passed. */
  HEALTHY,
  /** As many checks in a row failed as the check's definition allows. */
  UNHEALTHY;

  /** {@return the name on the wire: lower case, as in {@code "healthy"}} */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
