package dev.koi;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * A change that a listener is notified of.
 *
 * <p>For each listener and each life of an instance, the events are {@code Started Updated*
 * Stopped}. A restart ends one life and begins another. A slow listener receives fewer {@code
 * Updated} events, but every {@code Stopped}.
 */
public sealed interface RuntimeEvent {

  /** {@return the name of the backend's entry in the configuration, such as {@code "docker"}} */
  String backend();

  /** {@return the time of delivery, by the clock of Koi's machine} */
  Instant time();

  /**
   * {@return a number that increases with every event of one {@code Koi}, starting at 1} One
   * listener sees gaps, because the numbers count the events of all listeners.
   */
  long sequence();

  /**
   * {@return the type in the wire form: {@code started}, {@code updated}, {@code stopped}, {@code
   * synced}, {@code disconnected} or {@code reconnected}}
   */
  default String type() {
    return getClass().getSimpleName().replace("Backend", "").toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the event in the form in which it is published: its fields by wire name, in a fixed
   * order} The values are texts, numbers, booleans, lists, and maps of these, which any JSON
   * library can write.
   */
  @JsonValue
  default Map<String, Object> toMap() {
    return WireForm.of(this);
  }

  /** An event about one instance. */
  sealed interface InstanceEvent extends RuntimeEvent {

    /** {@return the state after the change; of {@link Stopped}, the state before it} */
    Instance instance();
  }

  /**
   * An instance is present that this listener did not know.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   * @param instance its present state
   */
  record Started(String backend, Instant time, long sequence, Instance instance)
      implements InstanceEvent {
    /**
     * Requires all.
     *
     * @param backend not null
     * @param time not null
     * @param sequence from 1
     * @param instance not null
     */
    public Started {
      requireNonNull(backend, "backend");
      requireNonNull(time, "time");
      requireNonNull(instance, "instance");
    }
  }

  /**
   * At least one field of an instance has changed.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   * @param previous the state that this listener received last
   * @param instance its present state
   * @param changed the wire names of the fields that differ, sorted, never empty
   */
  record Updated(
      String backend,
      Instant time,
      long sequence,
      Instance previous,
      Instance instance,
      List<String> changed)
      implements InstanceEvent {
    /**
     * Requires all, and at least one changed field.
     *
     * @param backend not null
     * @param time not null
     * @param sequence from 1
     * @param previous not null
     * @param instance not null
     * @param changed not empty, in any order
     */
    public Updated {
      requireNonNull(backend, "backend");
      requireNonNull(time, "time");
      requireNonNull(previous, "previous");
      requireNonNull(instance, "instance");
      changed = List.copyOf(new TreeSet<>(changed));
      if (changed.isEmpty()) {
        throw new IllegalArgumentException("changed must name at least one field");
      }
    }
  }

  /**
   * An instance has ended.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   * @param instance the state that this listener received last
   */
  record Stopped(String backend, Instant time, long sequence, Instance instance)
      implements InstanceEvent {
    /**
     * Requires all.
     *
     * @param backend not null
     * @param time not null
     * @param sequence from 1
     * @param instance not null
     */
    public Stopped {
      requireNonNull(backend, "backend");
      requireNonNull(time, "time");
      requireNonNull(instance, "instance");
    }
  }

  /**
   * The picture of one backend is complete: this listener has received the events of all instances
   * that were present when Koi had listed them. The first such event follows the first list. After
   * an outage another one follows {@link BackendReconnected}. A listener that is added later
   * receives it behind the instances that are present then.
   *
   * <p>A backend whose runtime was never connected sends none.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   */
  record BackendSynced(String backend, Instant time, long sequence) implements RuntimeEvent {
    /**
     * Requires all.
     *
     * @param backend not null
     * @param time not null
     * @param sequence from 1
     */
    public BackendSynced {
      requireNonNull(backend, "backend");
      requireNonNull(time, "time");
    }
  }

  /**
   * The connection to a runtime is lost. Koi keeps the last known state of its instances, and sends
   * no {@code Stopped} for them until it can connect again.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   * @param reason one sentence for people
   */
  record BackendDisconnected(String backend, Instant time, long sequence, String reason)
      implements RuntimeEvent {
    /**
     * Requires all.
     *
     * @param backend not null
     * @param time not null
     * @param sequence from 1
     * @param reason not null
     */
    public BackendDisconnected {
      requireNonNull(backend, "backend");
      requireNonNull(time, "time");
      requireNonNull(reason, "reason");
    }
  }

  /**
   * The connection to a runtime is restored. The events of all changes in between are delivered
   * before this one, and {@link BackendSynced} follows it.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   */
  record BackendReconnected(String backend, Instant time, long sequence) implements RuntimeEvent {
    /**
     * Requires all.
     *
     * @param backend not null
     * @param time not null
     * @param sequence from 1
     */
    public BackendReconnected {
      requireNonNull(backend, "backend");
      requireNonNull(time, "time");
    }
  }
}
