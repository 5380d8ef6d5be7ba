package dev.koi;

import java.util.Locale;

/** The fields of {@link Instance} in the order of the wire. */
enum InstanceField {
  ID,
  NAME,
  CONTAINER_NAME,
  IMAGE,
  BACKEND,
  STATE,
  HEALTH,
  PORTS,
  EXPOSED_PORTS,
  IPS,
  NETWORKS,
  LABELS,
  COMPOSE,
  POD,
  GROUP,
  HOST,
  METADATA,
  STARTED_AT,
  LIFE,
  DISCOVERED_AT,
  TRUNCATED;

  /** {@return the name on the wire} */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return whether a difference in this field is a change} Not if it follows from another. */
  boolean canChange() {
    return switch (this) {
      case ID, BACKEND, NAME, IPS, DISCOVERED_AT -> false;
      default -> true;
    };
  }
}
