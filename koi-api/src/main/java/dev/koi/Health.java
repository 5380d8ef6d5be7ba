package dev.koi;

import java.util.Locale;

/** The result of the runtime's health check of an instance. */
public enum Health {
  /** The instance has no health check. */
  NONE,
  /** The check has no result yet. */
  STARTING,
  /** The last check passed. */
  HEALTHY,
  /** As many checks in a row have failed as the check's definition allows. */
  UNHEALTHY;

  /** {@return the name on the wire: lower case, as in {@code "healthy"}} */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
