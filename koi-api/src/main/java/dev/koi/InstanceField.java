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
  METADATA,
  STARTED_AT,
  DISCOVERED_AT,
  TRUNCATED;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return whether a difference in this field is a change} Not if it follows from others. */
  boolean canChange() {
    return switch (this) {
      case ID, BACKEND, NAME, IPS, DISCOVERED_AT -> false;
      default -> true;
    };
  }

  /** {@return the field's value, or {@code null} if the instance has none} */
  Object of(Instance instance) {
    return switch (this) {
      case ID -> instance.id();
      case NAME -> instance.name();
      case CONTAINER_NAME -> instance.containerName();
      case IMAGE -> instance.image().orElse(null);
      case BACKEND -> instance.backend();
      case STATE -> instance.state();
      case HEALTH -> instance.health();
      case PORTS -> instance.ports();
      case EXPOSED_PORTS -> instance.exposedPorts();
      case IPS -> instance.ips();
      case NETWORKS -> instance.networks();
      case LABELS -> instance.labels();
      case COMPOSE -> instance.compose().orElse(null);
      case POD -> instance.pod().orElse(null);
      case METADATA -> instance.metadata();
      case STARTED_AT -> instance.startedAt().orElse(null);
      case DISCOVERED_AT -> instance.discoveredAt();
      case TRUNCATED -> instance.truncated() ? Boolean.TRUE : null;
    };
  }
}
