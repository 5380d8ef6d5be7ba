package dev.koi.publish;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.fleet.format.FleetKeys;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The instances of this host, and those that have changed since they were taken last. A listener of
 * Koi fills it, the publisher takes from it; neither waits for the other. While etcd is out of
 * reach nobody takes, so changes are not noted then: else short-lived containers would pile up.
 * Thread-safe.
 */
final class LocalPicture implements Consumer<RuntimeEvent> {

  /**
   * The picture at one moment.
   *
   * @param present by their ids in the fleet
   * @param incomplete the backends that have not listed all their instances yet
   */
  record Snapshot(Map<String, Instance> present, Set<String> incomplete) {

    /**
     * Returns whether an instance of that backend has ended if it is not here. What a backend has
     * not listed yet may run all the same; what no entry watches is not to be shown.
     */
    boolean provesEndsOf(String backend) {
      return !incomplete.contains(backend);
    }
  }

  private final String host;
  private final Set<String> backends;
  private final Object lock = new Object();
  private final Map<String, Instance> present = new HashMap<>(); // guarded by lock
  private final Set<String> changed = new LinkedHashSet<>(); // guarded by lock
  private final Set<String> complete = new HashSet<>(); // guarded by lock
  private boolean taken; // whether somebody takes changes; guarded by lock
  private boolean completed; // a backend, since the last snapshot; guarded by lock
  private long unnameable; // events; guarded by lock

  /** {@code backends} are the entries whose instances are of this host. */
  LocalPicture(String host, Set<String> backends) {
    this.host = host;
    this.backends = Set.copyOf(backends);
  }

  @Override
  public void accept(RuntimeEvent event) {
    if (!backends.contains(event.backend())) {
      return;
    }
    synchronized (lock) {
      if (event instanceof RuntimeEvent.InstanceEvent change) {
        accept(change);
      } else if (event instanceof RuntimeEvent.BackendSynced) {
        completed |= complete.add(event.backend());
      }
      lock.notifyAll();
    }
  }

  private void accept(RuntimeEvent.InstanceEvent event) {
    String id;
    try {
      id = new FleetKeys.Parts(host, event.backend(), event.instance().id()).fleetId();
    } catch (IllegalArgumentException e) {
      unnameable++; // too long, together with the host's name
      return;
    }
    if (event instanceof RuntimeEvent.Stopped) {
      present.remove(id);
    } else {
      present.put(id, event.instance());
    }
    if (taken) {
      changed.add(id);
    }
  }

  /** Returns the whole picture; later changes are noted until {@link #rest}. */
  Snapshot snapshot() {
    synchronized (lock) {
      taken = true;
      completed = false;
      changed.clear();
      Set<String> incomplete = new HashSet<>(backends);
      incomplete.removeAll(complete);
      return new Snapshot(Map.copyOf(present), incomplete);
    }
  }

  /** Notes no changes until the next snapshot. */
  void rest() {
    synchronized (lock) {
      taken = false;
      changed.clear();
    }
  }

  /** Returns whether a backend has listed all its instances for the first time since a snapshot. */
  boolean hasCompleted() {
    synchronized (lock) {
      return completed;
    }
  }

  /**
   * Waits for changes, and returns the oldest; an instance that has ended is empty.
   *
   * @param max the most to return
   * @param nanos how long to wait; empty after that, or once {@link #hasCompleted}
   */
  Map<String, Optional<Instance>> take(int max, long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    synchronized (lock) {
      for (long left = nanos; changed.isEmpty() && !completed && left > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
        left = end - System.nanoTime();
      }
      Map<String, Optional<Instance>> changes = new LinkedHashMap<>();
      for (Iterator<String> ids = changed.iterator(); ids.hasNext() && changes.size() < max; ) {
        String id = ids.next();
        ids.remove();
        changes.put(id, Optional.ofNullable(present.get(id)));
      }
      return changes;
    }
  }

  /** Returns how many changes wait. */
  int pending() {
    synchronized (lock) {
      return changed.size();
    }
  }

  /** Returns how many changes were left out because the instance's key would be too long. */
  long unnameable() {
    synchronized (lock) {
      return unnameable;
    }
  }
}
