package dev.koi.core.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What is to be looked at: ids, or everything. A set, so it does not grow with the rate of hints;
 * past a limit it says everything. One id is looked at by one at a time, and not more often than
 * twice a second once a short burst is spent. Thread-safe.
 */
final class DirtySet {

  /** Stands for everything, because of hints; no instance has a blank id. */
  static final String EVERYTHING = "";

  /** Stands for everything, because it is time to see whether hints were lost. */
  static final String RESYNC = " ";

  /** More ids than this are looked at faster by one list. */
  static final int STORM = 64;

  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long BURST = 3 * INTERVAL;

  private final Object lock = new Object();
  private final Map<String, Long> due = new HashMap<>(); // id -> when; guarded by lock
  private final Set<String> open = new LinkedHashSet<>(); // guarded by lock
  private boolean openIsNext; // open and due ones take turns; guarded by lock
  private final Set<String> busy = new HashSet<>(); // guarded by lock
  private final Map<String, Long> spent = new HashMap<>(); // id -> paid until; guarded by lock
  private IOException failure; // guarded by lock

  /** Wants the id looked at, or one of the constants, as soon as its pace allows. */
  void add(String id) {
    addAfter(id, Duration.ZERO);
  }

  /** Wants the id looked at after a pause, or earlier if something else wants it earlier. */
  void addAfter(String id, Duration pause) {
    long when = System.nanoTime() + pause.toNanos();
    synchronized (lock) {
      due.merge(id, when, DirtySet::earlier);
      if (due.size() > STORM) {
        Long resync = due.remove(RESYNC);
        long first = due.values().stream().reduce(when, DirtySet::earlier);
        due.clear();
        due.put(EVERYTHING, first);
        if (resync != null) {
          due.put(RESYNC, resync);
        }
      }
      lock.notifyAll();
    }
  }

  private static long earlier(long a, long b) {
    return a - b <= 0 ? a : b;
  }

  /** Wants ids looked at that a list left open; no storm turns these into another list. */
  void addOpen(Iterable<String> ids) {
    synchronized (lock) {
      ids.forEach(open::add);
      lock.notifyAll();
    }
  }

  /** From here on {@link #take} throws. */
  void fail(IOException cause) {
    synchronized (lock) {
      if (failure == null) {
        failure = cause;
      }
      lock.notifyAll();
    }
  }

  /**
   * Waits for something to look at, and hands it out; nobody else gets it before {@link #done}.
   *
   * @throws IOException what {@link #fail} was given
   */
  String take() throws IOException, InterruptedException {
    synchronized (lock) {
      while (true) {
        if (failure != null) {
          throw failure;
        }
        long now = System.nanoTime();
        String id = null;
        long wait = Long.MAX_VALUE;
        for (Map.Entry<String, Long> entry : due.entrySet()) {
          if (isBusy(entry.getKey())) {
            continue;
          }
          long left = Math.max(entry.getValue() - now, pace(entry.getKey(), now));
          if (left <= 0 && (id == null || entry.getValue() - due.get(id) < 0)) {
            id = entry.getKey(); // of those that may be taken, the one that has waited longest
          }
          wait = Math.min(wait, left);
        }
        openIsNext = !openIsNext;
        String unseen = id == null || openIsNext ? firstOpen() : null;
        if (unseen != null) {
          busy.add(unseen);
          return unseen;
        }
        if (id != null) {
          due.remove(id);
          busy.add(id);
          pay(id, now);
          return id;
        }
        if (wait == Long.MAX_VALUE) {
          lock.wait();
        } else {
          TimeUnit.NANOSECONDS.timedWait(lock, Math.max(wait, TimeUnit.MILLISECONDS.toNanos(1)));
        }
      }
    }
  }

  /** One list at a time, whatever it is for: of two at once, the later could be the older. */
  private boolean isBusy(String id) {
    return id.isBlank() ? busy.contains(EVERYTHING) || busy.contains(RESYNC) : busy.contains(id);
  }

  private String firstOpen() {
    for (Iterator<String> ids = open.iterator(); ids.hasNext(); ) {
      String id = ids.next();
      if (!busy.contains(id)) {
        ids.remove();
        return id;
      }
    }
    return null;
  }

  /** Returns how long the id must still wait for its turn, in nanoseconds. */
  private long pace(String id, long now) {
    Long until = spent.get(id);
    return until == null ? 0 : until - now - BURST + INTERVAL;
  }

  private void pay(String id, long now) {
    spent.merge(id, now + INTERVAL, (a, b) -> Math.max(a, now) + INTERVAL);
    if (spent.size() > 4 * STORM) {
      spent.values().removeIf(until -> until - now < 0);
    }
  }

  /** Returns the ids that were handed out and are not done. */
  Set<String> busyIds() {
    Set<String> ids;
    synchronized (lock) {
      ids = new HashSet<>(busy);
    }
    ids.removeIf(String::isBlank);
    return ids;
  }

  /** Gives back what {@link #take} handed out. */
  void done(String id) {
    synchronized (lock) {
      busy.remove(id);
      lock.notifyAll();
    }
  }
}
