package dev.koi.core.dispatch;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.status.ListenerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The present instances of all runtimes, and their one writer. It passes each change to the
 * listeners.
 *
 * <p>Each answer of a runtime is stamped with the moment its request began. It counts only if that
 * is later than the stamp of the known state, so a late answer never undoes a newer one.
 * Thread-safe.
 */
public final class InstanceTable {

  /** The known state of one id; without an instance, that it has ended. */
  private record Row(Instance instance, long stamp) {}

  /** Changes of a backend's instances. */
  private static final class Counts {
    private long all;
    private long byLists;
  }

  private final Object lock = new Object();
  private final Dispatcher dispatcher = new Dispatcher(); // called under lock, except to close
  private final Map<String, Map<String, Row>> rows = new TreeMap<>(); // guarded by lock
  private final Map<String, Target.Connection> connections = new TreeMap<>(); // guarded by lock
  private final Map<String, Counts> counts = new HashMap<>(); // by backend; guarded by lock
  private long changes; // of anything; guarded by lock

  /** Makes an empty table without listeners. */
  public InstanceTable() {}

  /**
   * Takes in a runtime's answer about one instance.
   *
   * @param found the instance, or empty if it is not there
   * @param stamp when the request began, by {@link System#nanoTime}
   */
  public void observe(String backend, String id, Optional<Instance> found, long stamp) {
    synchronized (lock) {
      observe(rowsOf(backend), backend, id, found.orElse(null), stamp);
    }
  }

  private void observe(
      Map<String, Row> rows, String backend, String id, Instance found, long stamp) {
    Row known = rows.get(id);
    if (known != null && stamp - known.stamp <= 0) {
      return;
    }
    Instance was = known == null ? null : known.instance;
    Instance now = found == null || !found.state().present() ? null : found;
    boolean same = Objects.equals(was, now); // whenever discovered
    if (!same && was != null && now != null) {
      now = now.withDiscoveredAt(was.discoveredAt());
    }
    rows.put(id, new Row(same ? was : now, stamp)); // not one more copy of what listeners hold
    if (same) {
      return;
    }
    changed();
    countsOf(backend).all++;
    if (now == null) {
      dispatcher.absent(backend, id);
    } else {
      dispatcher.present(now);
    }
  }

  /**
   * Takes in a runtime's complete list. An instance that is missing there has not ended for that.
   * Of one backend there is one list at a time, and one question about each id.
   *
   * @param asked ids that were asked for one by one at the same time; nobody can tell which answer
   *     is newer, so the list does not count for these
   * @param stamp when the request began, by {@link System#nanoTime}
   * @return the present ids that the list does not contain
   */
  public List<String> observeAll(
      String backend, Collection<Instance> instances, Set<String> asked, long stamp) {
    synchronized (lock) {
      Map<String, Row> rows = rowsOf(backend);
      Set<String> listed = new HashSet<>(asked);
      Counts counts = countsOf(backend);
      long before = counts.all;
      for (Instance instance : instances) {
        if (listed.add(instance.id())) {
          observe(rows, backend, instance.id(), instance, stamp);
        }
      }
      counts.byLists += counts.all - before;
      List<String> missing = new ArrayList<>();
      // An end is remembered until a list has begun after it: no older answer can come any more.
      rows.values().removeIf(row -> row.instance == null && stamp - row.stamp > 0);
      rows.forEach(
          (id, row) -> {
            if (row.instance != null && !listed.contains(id) && stamp - row.stamp > 0) {
              missing.add(id);
            }
          });
      return missing;
    }
  }

  /**
   * Ends all instances of that backend: from now on another entry shows them.
   *
   * @param stamp now, by {@link System#nanoTime}
   */
  public void withdraw(String backend, long stamp) {
    synchronized (lock) {
      Map<String, Row> rows = rowsOf(backend);
      List.copyOf(rows.keySet()).forEach(id -> observe(rows, backend, id, null, stamp));
    }
  }

  private Map<String, Row> rowsOf(String backend) {
    return rows.computeIfAbsent(backend, name -> new HashMap<>());
  }

  /** The backend's runtime is connected, and all that it shows has been taken in. */
  public void up(String backend) {
    synchronized (lock) {
      if (!(connections.get(backend) instanceof Target.Up)) {
        enter(backend, new Target.Up());
      }
    }
  }

  /** The backend's runtime is lost; its instances stay as they are. */
  public void down(String backend, String reason) {
    synchronized (lock) {
      if (!(connections.get(backend) instanceof Target.Down)) {
        enter(backend, new Target.Down(reason));
      }
    }
  }

  private void enter(String backend, Target.Connection connection) {
    connections.put(backend, connection);
    changed();
    dispatcher.connection(backend, connection);
  }

  /** Returns what is present, sorted by backend, name and id. */
  public List<Instance> instances() {
    List<Instance> all;
    synchronized (lock) {
      all = present();
    }
    all.sort(
        Comparator.comparing(Instance::backend)
            .thenComparing(Instance::name)
            .thenComparing(Instance::id));
    return List.copyOf(all);
  }

  /** Returns how many instances of that backend are present. */
  public int count(String backend) {
    synchronized (lock) {
      return (int) rowsOf(backend).values().stream().filter(row -> row.instance != null).count();
    }
  }

  private Counts countsOf(String backend) {
    return counts.computeIfAbsent(backend, name -> new Counts());
  }

  /** Returns how many changes of that backend's instances there were. */
  public long changes(String backend) {
    synchronized (lock) {
      return countsOf(backend).all;
    }
  }

  /** Returns how many of them lists have shown. */
  public long changesByLists(String backend) {
    synchronized (lock) {
      return countsOf(backend).byLists;
    }
  }

  /** Adds a listener: it is notified of the present picture, and then of every change. */
  public Registration subscribe(Consumer<? super RuntimeEvent> listener) {
    return subscribe(Options.NONE, listener);
  }

  /** Adds a listener with options. */
  public Registration subscribe(Options options, Consumer<? super RuntimeEvent> listener) {
    synchronized (lock) {
      return dispatcher.add(options, listener, present(), connections);
    }
  }

  /** Something has changed that somebody may await. */
  public void changed() {
    synchronized (lock) {
      changes++;
      lock.notifyAll();
    }
  }

  /** Returns a number that each change makes greater. */
  public long changes() {
    synchronized (lock) {
      return changes;
    }
  }

  /**
   * Waits for a change.
   *
   * @param seen what {@link #changes} has returned
   * @return false if there was none in so many nanoseconds
   */
  public boolean awaitChange(long seen, long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    synchronized (lock) {
      while (changes == seen) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(lock, left);
      }
      return true;
    }
  }

  /** Returns the status of each listener, in the order they were added. */
  public List<ListenerStatus> listeners() {
    return dispatcher.status();
  }

  /** Ends all notifications; waits for calls under way, all together no longer than that. */
  public void close(Duration patience) {
    dispatcher.close(patience);
    changed();
  }

  private List<Instance> present() {
    List<Instance> all = new ArrayList<>();
    for (Map<String, Row> ofOne : rows.values()) {
      for (Row row : ofOne.values()) {
        if (row.instance != null) {
          all.add(row.instance);
        }
      }
    }
    return all;
  }

  /** A listener's place in the table. */
  public interface Registration {

    /**
     * Removes the listener. When it returns the listener is not called any more, unless the
     * listener itself calls this, or does not return in time; then it is interrupted.
     */
    void close(Duration patience);
  }
}
