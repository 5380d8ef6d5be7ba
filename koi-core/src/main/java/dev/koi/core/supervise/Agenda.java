package dev.koi.core.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The jobs of one session's workers, and the workers that are free for one.
 *
 * <p>Ids to look at are a set: it does not grow with the rate of hints, and past a limit one list
 * replaces it. One worker at a time looks at an id, and not too often. Thread-safe.
 */
final class Agenda {

  /** What a worker does next. */
  sealed interface Job {}

  /** To ask for one instance. */
  record Look(String id) implements Job {}

  /** To list all instances. One worker at a time: of two lists, the later could be the older. */
  record ListAll() implements Job {}

  /** To wait for the next hint; one worker at a time. */
  record ReadHint() implements Job {}

  /** So many ids are looked at faster by one list. */
  static final int STORM = 64;

  /** Looks and lists at a time; one more worker reads hints meanwhile. */
  static final int MOST_LOOKS = 4;

  /** An idle worker ends after this time, unless it is the only one. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final String ALL = "all instances";

  /** So much later never comes, and can still be compared. */
  private static final long NEVER = 1L << 60;

  private final Runnable changed;
  private final Object lock = new Object();
  private final Map<String, Long> due = new LinkedHashMap<>(); // id -> when; guarded by lock
  private final Set<String> unconfirmed = new LinkedHashSet<>(); // guarded by lock
  private boolean unconfirmedIsNext; // guarded by lock
  private Set<String> confirming = Set.of(); // before the session is open; guarded by lock
  private final Set<String> busy = new HashSet<>(); // being looked at; guarded by lock
  private final Pace looks = new Pace(10); // guarded by lock
  private final Pace lists = new Pace(3); // guarded by lock
  private Long listDue; // null if none is due; guarded by lock
  private boolean listing; // guarded by lock
  private boolean open; // looks may begin; guarded by lock
  private boolean unread; // there are hints to wait for, and no worker does; guarded by lock
  private int workers; // guarded by lock
  private int idle; // guarded by lock
  private int looking; // guarded by lock
  private IOException failure; // guarded by lock
  private boolean ended; // guarded by lock

  /**
   * Makes an empty one.
   *
   * @param changed runs after {@link #fail}, and when all ids of {@link #open} were looked at
   */
  Agenda(Runnable changed) {
    this.changed = changed;
  }

  /** Wants the instance looked at after a pause, or earlier if it is due earlier. */
  void add(String id, Duration pause) {
    long when = System.nanoTime() + pause.toNanos();
    synchronized (lock) {
      due.merge(id, when, Agenda::earlier);
      if (due.size() > STORM) {
        long first = due.values().stream().reduce(when, Agenda::earlier);
        due.clear();
        addList(first);
      }
      lock.notify();
    }
  }

  /** Wants all instances listed after a pause, or earlier if a list is due earlier. */
  void addList(Duration pause) {
    synchronized (lock) {
      addList(System.nanoTime() + pause.toNanos());
      lock.notify();
    }
  }

  private void addList(long when) {
    listDue = listDue == null ? when : earlier(listDue, when);
  }

  private static long earlier(long a, long b) {
    return a - b <= 0 ? a : b;
  }

  /** Wants ids looked at that a list did not settle; no storm turns these into another list. */
  void addUnconfirmed(Collection<String> ids) {
    synchronized (lock) {
      unconfirmed.addAll(ids);
      lock.notify();
    }
  }

  /** There are hints to wait for. */
  void addHints() {
    synchronized (lock) {
      unread = true;
      lock.notify();
    }
  }

  /** Lets looks begin, with these ids. */
  void open(Collection<String> missing) {
    synchronized (lock) {
      open = true;
      confirming = new HashSet<>(missing);
      addUnconfirmed(missing);
    }
  }

  /** Returns whether an id of {@link #open} has not been looked at. */
  boolean isConfirming() {
    synchronized (lock) {
      return !confirming.isEmpty();
    }
  }

  /** The session is to end for this reason. The first reason stays. */
  void fail(IOException reason) {
    synchronized (lock) {
      if (failure == null) {
        failure = reason;
      }
      lock.notifyAll();
    }
    changed.run();
  }

  /** Ends all jobs: {@link #next} returns null from here on. */
  void end() {
    synchronized (lock) {
      ended = true;
      lock.notifyAll();
    }
  }

  /** Only ends are still confirmed after a failure. */
  private boolean isOver() {
    return ended || (failure != null && confirming.isEmpty() && open);
  }

  void throwIfFailed() throws IOException {
    synchronized (lock) {
      if (failure != null) {
        throw failure;
      }
    }
  }

  /**
   * Returns whether one more worker would have something to do. It then counts as an idle one until
   * it has {@link #started}.
   */
  boolean hire() {
    synchronized (lock) {
      boolean wanted = !isOver() && idle == 0 && workers <= MOST_LOOKS;
      if (wanted && (workers < 2 || hasJob(System.nanoTime()))) {
        workers++;
        idle++;
        return true;
      }
      return false;
    }
  }

  /** A hired worker has started, or could not be started. */
  void started() {
    synchronized (lock) {
      idle--;
    }
  }

  /** A worker has ended without {@link #next}, or hangs. */
  void retire() {
    synchronized (lock) {
      workers--;
    }
  }

  /** Returns whether as many workers are there as an idle session has. */
  boolean isStaffed() {
    synchronized (lock) {
      return workers >= 2;
    }
  }

  /**
   * Waits for a job. Nobody else gets it before {@link #done}.
   *
   * @return null if the worker is to end
   */
  Job next() {
    synchronized (lock) {
      boolean needed = true;
      while (!isOver()) {
        long now = System.nanoTime();
        Job job = take(now);
        if (job != null) {
          if (idle > 0 && hasJob(now)) {
            lock.notify();
          }
          return job;
        }
        if (!needed) {
          break;
        }
        needed = idleUntil(now, nextMoment(now));
      }
      workers--;
      lock.notify(); // the next moment is now another one's to wait for
      return null;
    }
  }

  /** Returns false if the worker has been idle for long, and another one is idle, too. */
  private boolean idleUntil(long now, long moment) {
    long patience = idle == 0 ? Long.MAX_VALUE : IDLE_NANOS;
    idle++;
    try {
      long wait = Math.min(patience, moment - now);
      TimeUnit.NANOSECONDS.timedWait(lock, Math.max(wait, TimeUnit.MILLISECONDS.toNanos(1)));
    } catch (InterruptedException e) {
      // no call is under way that it could be meant for
    }
    idle--;
    return System.nanoTime() - now < patience;
  }

  private Job take(long now) {
    if (open && looking < MOST_LOOKS) {
      if (listMoment(now) - now <= 0) {
        lists.pay(ALL, now);
        listDue = null;
        listing = true;
        looking++;
        return new ListAll();
      }
      unconfirmedIsNext = !unconfirmedIsNext; // neither holds up the other for long
      String id = unconfirmedIsNext ? takeUnconfirmed() : takeDue(now);
      if (id == null) {
        id = unconfirmedIsNext ? takeDue(now) : takeUnconfirmed();
      }
      if (id != null) {
        busy.add(id);
        looking++;
        return new Look(id);
      }
    }
    if (unread) {
      unread = false;
      return new ReadHint();
    }
    return null;
  }

  private String takeUnconfirmed() {
    for (Iterator<String> ids = unconfirmed.iterator(); ids.hasNext(); ) {
      String id = ids.next();
      if (!busy.contains(id)) {
        ids.remove();
        return id;
      }
    }
    return null;
  }

  /** Takes the id that has been due for longest. */
  private String takeDue(long now) {
    String first = null;
    for (String id : due.keySet()) {
      boolean earlier = first == null || due.get(id) - due.get(first) < 0;
      if (earlier && lookMoment(id, now) - now <= 0) {
        first = id;
      }
    }
    if (first != null) {
      due.remove(first);
      looks.pay(first, now);
    }
    return first;
  }

  private boolean hasJob(long now) {
    return unread || nextMoment(now) - now <= 0;
  }

  /** Returns when there is something to look at or to list, if nothing changes before. */
  private long nextMoment(long now) {
    if (!open || looking >= MOST_LOOKS) {
      return now + NEVER;
    }
    if (!busy.containsAll(unconfirmed)) {
      return now;
    }
    long moment = listMoment(now);
    for (String id : due.keySet()) {
      moment = earlier(moment, lookMoment(id, now));
    }
    return moment;
  }

  private long lookMoment(String id, long now) {
    return busy.contains(id)
        ? now + NEVER
        : now + Math.max(due.get(id) - now, looks.pause(id, now));
  }

  private long listMoment(long now) {
    return listing || listDue == null
        ? now + NEVER
        : now + Math.max(listDue - now, lists.pause(ALL, now));
  }

  /** Returns the ids that are being looked at. */
  Set<String> busy() {
    synchronized (lock) {
      return new HashSet<>(busy);
    }
  }

  /** Gives back a look or a list that {@link #next} returned. */
  void done(Job job) {
    boolean confirmed = false;
    synchronized (lock) {
      looking--;
      if (job instanceof Look look) {
        busy.remove(look.id());
        confirmed = confirming.remove(look.id()) && confirming.isEmpty();
      } else {
        listing = false;
        lock.notify(); // idle workers may wait without regard to the next list
      }
    }
    if (confirmed) {
      changed.run();
    }
  }
}
