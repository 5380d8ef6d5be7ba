package dev.koi.core.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The jobs of one session's workers.
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

  /** More ids than that are looked at faster by one list, unless it is four times as long. */
  static final int STORM = 64;

  /** More are one list, however long: looks at so many take about a second. */
  private static final int MOST_IDS = 512;

  /** Looks and lists at a time; one more worker reads hints meanwhile. */
  static final int MOST_LOOKS = 4;

  private static final int MOST_DOUBLINGS = 5;

  private static final String ALL = "all instances";

  private static final int MOST_FAILURES = 10_000;

  private final Runnable changed;
  private final Object lock = new Object();
  private final Map<String, Long> due = new LinkedHashMap<>(); // id -> when; guarded by lock
  private final Set<String> unconfirmed = new LinkedHashSet<>(); // guarded by lock
  private boolean unconfirmedIsNext; // guarded by lock
  private Set<String> confirming = Set.of(); // before the session is open; guarded by lock
  private final Set<String> busy = new HashSet<>(); // being looked at; guarded by lock
  private final Map<String, Integer> failures = new HashMap<>(); // in a row, by id; guarded by lock
  private final Pace looks = new Pace(10); // guarded by lock
  private final Pace lists = new Pace(3); // guarded by lock
  private Long listDue; // null if none is due; guarded by lock
  private int storm = STORM; // guarded by lock
  private boolean listing; // guarded by lock
  private boolean open; // looks may begin; guarded by lock
  private boolean unread; // there are hints to wait for, and no worker does; guarded by lock
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
      due.merge(id, when, Moments::earlier);
      if (due.size() > storm) {
        long first = due.values().stream().reduce(when, Moments::earlier);
        failures.keySet().removeAll(due.keySet());
        due.clear();
        addList(first);
      }
    }
  }

  /** Wants all instances listed after a pause, or earlier if a list is due earlier. */
  void addList(Duration pause) {
    synchronized (lock) {
      addList(System.nanoTime() + pause.toNanos());
    }
  }

  private void addList(long when) {
    listDue = listDue == null ? when : Moments.earlier(listDue, when);
  }

  /** Takes note of how many instances a list has, and so of what one costs. */
  void listed(int instances) {
    synchronized (lock) {
      storm = Math.max(STORM, Math.min(instances / 4, MOST_IDS));
    }
  }

  /** Wants ids looked at that a list did not settle; no storm turns these into another list. */
  void addUnconfirmed(Collection<String> ids) {
    synchronized (lock) {
      unconfirmed.addAll(ids);
    }
  }

  /** There are hints to wait for. */
  void addHints() {
    synchronized (lock) {
      unread = true;
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
    }
    changed.run();
  }

  /** Ends all jobs: {@link #next} returns null from here on. */
  void end() {
    synchronized (lock) {
      ended = true;
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

  /** Returns a job that is due, or null. Nobody else gets it before {@link #done}. */
  Job next() {
    synchronized (lock) {
      return isOver() ? null : take(System.nanoTime());
    }
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

  /** Takes the id that was added first, of those that are due. */
  private String takeDue(long now) {
    for (String id : due.keySet()) {
      if (lookMoment(id, now) - now <= 0) {
        due.remove(id);
        looks.pay(id, now);
        return id;
      }
    }
    return null;
  }

  /** Returns when {@link #next} has a job, if nothing changes before. */
  long nextMoment() {
    long now = System.nanoTime();
    synchronized (lock) {
      return isOver() ? Moments.never() : unread ? now : nextMoment(now);
    }
  }

  private long nextMoment(long now) {
    if (!open || looking >= MOST_LOOKS) {
      return Moments.never();
    }
    if (!busy.containsAll(unconfirmed)) {
      return now;
    }
    long moment = listMoment(now);
    for (Iterator<String> ids = due.keySet().iterator(); ids.hasNext() && moment - now > 0; ) {
      moment = Moments.earlier(moment, lookMoment(ids.next(), now));
    }
    return moment;
  }

  private long lookMoment(String id, long now) {
    return busy.contains(id)
        ? Moments.never()
        : now + Math.max(due.get(id) - now, looks.pause(id, now));
  }

  private long listMoment(long now) {
    return listing || listDue == null
        ? Moments.never()
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
    synchronized (lock) {
      failures.remove(idOf(job));
    }
    giveBack(job);
  }

  /** Gives back a job that has failed. It is due again, each time after a longer pause. */
  void failed(Job job) {
    synchronized (lock) {
      if (failures.size() > MOST_FAILURES) {
        failures.clear(); // of ever-new ids
      }
      int before = failures.merge(idOf(job), 1, Integer::sum) - 1;
      Duration pause = Duration.ofSeconds(1L << Math.min(before, MOST_DOUBLINGS));
      if (job instanceof Look look) {
        add(look.id(), pause);
      } else {
        addList(pause);
      }
    }
    giveBack(job);
  }

  private static String idOf(Job job) {
    return job instanceof Look look ? look.id() : ALL;
  }

  private void giveBack(Job job) {
    boolean confirmed = false;
    synchronized (lock) {
      looking--;
      if (job instanceof Look look) {
        busy.remove(look.id());
        confirmed = confirming.remove(look.id()) && confirming.isEmpty();
      } else {
        listing = false;
      }
    }
    if (confirmed) {
      changed.run();
    }
  }
}
