package dev.koi.publish;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Fields;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A host of the fleet, as etcd shows it.
 *
 * @param name its name
 * @param state its state
 * @param since when its publisher took the name, or when it has ended; empty if that is unknown
 * @param instances how many of its instances are published
 * @param machine the machine on which its publisher runs or ran; empty if unknown
 * @param pid the publisher's process there; 0 if unknown
 * @param backends the states of its backends by their names, as last published
 */
public record FleetHost(
    String name,
    State state,
    Optional<Instant> since,
    int instances,
    String machine,
    long pid,
    Map<String, String> backends) {

  /** The state of a host. */
  public enum State {
    /** Its publisher runs. */
    PUBLISHED,
    /** Its publisher has ended on purpose; its instances are shown as they were then. */
    ENDED,
    /** Its publisher gave no sign of life; its instances are shown as they were then. */
    OUT_OF_SIGHT;

    /** Returns the name in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the map, in its order; requires all. */
  public FleetHost {
    requireNonNull(name, "name");
    requireNonNull(state, "state");
    requireNonNull(since, "since");
    requireNonNull(machine, "machine");
    backends = Collections.unmodifiableMap(new LinkedHashMap<>(backends));
  }

  /**
   * Returns the fields by wire name, in a fixed order, as values that any JSON library can write.
   */
  public Map<String, Object> toMap() {
    return Fields.of(
        "host",
        name,
        "state",
        state.wireName(),
        "since",
        since.map(Instant::toString).orElse(null),
        "instances",
        instances,
        "machine",
        machine.isEmpty() ? null : machine,
        "pid",
        machine.isEmpty() ? null : pid,
        "backends",
        backends.entrySet().stream()
            .map(entry -> Fields.of("name", entry.getKey(), "state", entry.getValue()))
            .toList());
  }
}
