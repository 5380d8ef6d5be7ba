package dev.koi.core.table;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Dispatcher;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
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
import java.util.function.Consumer;

/**
 * What is known of all runtimes' instances.
 *
 * <p>Everything learnt is an observation, stamped with the moment its request began; it counts only
 * if that is later than the stamp of what is known already, so an answer that comes late never
 * undoes a newer one. Thread-safe; every method is short.
 */
@Singleton
public final class InstanceTable {

  /** What is known of one id; without an instance it is the memory of an end. */
  private record Row(Instance instance, long stamp) {}

  private final Object lock = new Object();
  private final Dispatcher dispatcher;
  private final Map<String, Map<String, Row>> rows = new TreeMap<>(); // guarded by lock
  private final Map<String, String> down = new TreeMap<>(); // guarded by lock

  /** Makes an empty table. */
  @Inject
  public InstanceTable(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * Takes in what a runtime said of one instance.
   *
   * @param found the instance, or empty if it is not there
   * @param stamp when the request began, by {@link System#nanoTime}
   * @return whether that changed what is known
   */
  public boolean observe(String backend, String id, Optional<Instance> found, long stamp) {
    synchronized (lock) {
      return observe(rowsOf(backend), backend, id, found.orElse(null), stamp);
    }
  }

  private boolean observe(
      Map<String, Row> rows, String backend, String id, Instance found, long stamp) {
    Row known = rows.get(id);
    if (known != null && stamp - known.stamp <= 0) {
      return false;
    }
    Instance was = known == null ? null : known.instance;
    Instance now = found == null || !found.state().present() ? null : found;
    if (was != null && now != null) {
      now = now.withDiscoveredAt(was.discoveredAt());
    }
    boolean same = Objects.equals(was, now);
    rows.put(id, new Row(same ? was : now, stamp)); // not one more copy of what listeners hold
    if (same) {
      return false;
    }
    if (now == null) {
      dispatcher.absent(backend, id);
    } else {
      dispatcher.present(now);
    }
    return true;
  }

  /**
   * Takes in a runtime's complete list. What it does not contain is not taken for ended. Of one
   * backend there is one list at a time, and one question about each id.
   *
   * @param asked ids that were asked for one by one at the same time; which answer is newer cannot
   *     be told, so for these the list does not count
   * @param stamp when the request began, by {@link System#nanoTime}
   * @return what changed, and whose end is to be confirmed
   */
  public ListResult observeAll(
      String backend, Collection<Instance> instances, Set<String> asked, long stamp) {
    synchronized (lock) {
      Map<String, Row> rows = rowsOf(backend);
      Set<String> listed = new HashSet<>(asked);
      List<String> changed = new ArrayList<>();
      for (Instance instance : instances) {
        listed.add(instance.id());
        if (!asked.contains(instance.id())
            && observe(rows, backend, instance.id(), instance, stamp)) {
          changed.add(instance.id());
        }
      }
      List<String> missing = new ArrayList<>();
      // An end is remembered until a list has begun after it: no older answer can come any more.
      rows.values().removeIf(row -> row.instance == null && stamp - row.stamp > 0);
      rows.forEach(
          (id, row) -> {
            if (row.instance != null && !listed.contains(id) && stamp - row.stamp > 0) {
              missing.add(id);
            }
          });
      return new ListResult(changed, missing);
    }
  }

  /**
   * Takes all instances of that backend for ended: from now on they are another's to show.
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

  /** The backend's runtime is in sight, and what changed meanwhile has been taken in. */
  public void up(String backend) {
    synchronized (lock) {
      if (down.remove(backend) != null) {
        dispatcher.up(backend);
      }
    }
  }

  /** The backend's runtime is out of sight; its instances stay as they are. */
  public void down(String backend, String reason) {
    synchronized (lock) {
      if (down.putIfAbsent(backend, reason) == null) {
        dispatcher.down(backend, reason);
      }
    }
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

  /** Adds a listener: it hears the picture as it is now, and then every change from here on. */
  public Dispatcher.Handle subscribe(Consumer<? super RuntimeEvent> listener) {
    synchronized (lock) {
      return dispatcher.add(listener, present(), down);
    }
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

  /**
   * What a list showed.
   *
   * @param changed the ids of which something new was learnt
   * @param missing the ids thought present that it did not contain
   */
  public record ListResult(List<String> changed, List<String> missing) {}
}
