package dev.koi;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A change that a listener is told of.
 *
 * <p>Per listener, and per life of an instance, the events are {@code Started Updated* Stopped}. An
 * instance that restarts ends one life and begins another. A listener that is slow is told of fewer
 * updates, never of a wrong or a missing end.
 */
public sealed interface RuntimeEvent {

  /** {@return the name of the backend's entry in the configuration, such as {@code "docker"}} */
  String backend();

  /** {@return when Koi told it, by the clock of the machine Koi runs on} */
  Instant time();

  /**
   * {@return a number that grows with every event one Koi tells, so that events can be ordered and
   * told apart} It starts at 1 and has gaps for a listener that is not told everything.
   */
  long sequence();

  /**
   * {@return the type in the wire form: {@code started}, {@code updated}, {@code stopped}, {@code
   * disconnected} or {@code reconnected}}
   */
  default String type() {
    if (this instanceof Started) {
      return "started";
    } else if (this instanceof Updated) {
      return "updated";
    } else if (this instanceof Stopped) {
      return "stopped";
    }
    return this instanceof BackendDisconnected ? "disconnected" : "reconnected";
  }

  /**
   * {@return the event in the form in which it is published: its fields by wire name, in a fixed
   * order} The values are texts, numbers, booleans, lists, and maps of these, which any JSON
   * library can write.
   */
  default Map<String, Object> toMap() {
    return WireForm.of(this);
  }

  /**
   * An instance is there that this listener did not know of.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   * @param instance as it is now
   */
  record Started(String backend, Instant time, long sequence, Instance instance)
      implements RuntimeEvent {
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
   * Something that Koi publishes about an instance has changed.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   * @param previous what this listener was last told
   * @param instance as it is now
   * @param changed the wire names of the fields that differ, sorted, never empty
   */
  record Updated(
      String backend,
      Instant time,
      long sequence,
      Instance previous,
      Instance instance,
      List<String> changed)
      implements RuntimeEvent {
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
   * @param instance what this listener was last told of it
   */
  record Stopped(String backend, Instant time, long sequence, Instance instance)
      implements RuntimeEvent {
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
   * Koi cannot see a runtime any more. Its instances stay as they were last seen; none is Stopped
   * because it is out of sight.
   *
   * @param backend see {@link RuntimeEvent#backend}
   * @param time see {@link RuntimeEvent#time}
   * @param sequence see {@link RuntimeEvent#sequence}
   * @param reason one sentence for a person
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
   * Koi sees a runtime again; what changed in between has been told before this.
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
