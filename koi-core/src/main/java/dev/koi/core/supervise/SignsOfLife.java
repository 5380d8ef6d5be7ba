package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.core.supervise.BackendCalls.DeadlineException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Notices a runtime that has stopped answering without closing its connections, such as a frozen
 * process: its watch is as silent as that of a runtime on which nothing happens.
 *
 * <p>After a silence it asks for one instance, as that is cheap. If there is no answer, that one
 * instance may hang; so it lists, and if that hangs, too, the session ends. Thread-safe.
 */
final class SignsOfLife {

  private final long silence;
  private final Duration find;
  private final Duration list;
  private final BackendCalls calls;
  private final Activity activity;
  private final CheckedConnection connection;
  private final Agenda agenda;

  private final Object lock = new Object();
  private long heard = System.nanoTime(); // when the runtime last answered; guarded by lock
  private long longestList; // nanoseconds; guarded by lock
  private String known; // an instance to ask for, null for none; guarded by lock
  private String hangs; // the last one that did not answer, null for none; guarded by lock
  private boolean asking; // guarded by lock

  /**
   * Begins with a runtime that has just answered.
   *
   * @param unit a freeze is noticed after twice this time
   */
  SignsOfLife(
      Duration unit,
      BackendCalls calls,
      Activity activity,
      CheckedConnection connection,
      Agenda agenda) {
    this.silence = unit.toNanos() * 6 / 10;
    this.find = unit.multipliedBy(3).dividedBy(10);
    this.list = unit.multipliedBy(11).dividedBy(10);
    this.calls = calls;
    this.activity = activity;
    this.connection = connection;
    this.agenda = agenda;
  }

  /** The runtime has answered, or sent a hint. */
  void heard() {
    synchronized (lock) {
      heard = System.nanoTime();
    }
  }

  /** The runtime has listed its instances, in so many nanoseconds. */
  void listed(List<Instance> all, long took) {
    synchronized (lock) {
      heard = System.nanoTime();
      longestList = Math.max(longestList, took);
      known = null;
      for (int i = 0; i < all.size() && known == null; i++) {
        known = all.get(i).id().equals(hangs) ? null : all.get(i).id();
      }
    }
  }

  /**
   * Asks the runtime if it has been silent for too long; returns at once.
   *
   * @return when to call this again
   */
  long check() {
    long now = System.nanoTime();
    synchronized (lock) {
      if (asking) {
        return Moments.never();
      }
      if (heard + silence - now > 0) {
        return heard + silence;
      }
      asking = true;
    }
    return calls.execute(this::ask) ? Moments.never() : goOn();
  }

  private long goOn() {
    synchronized (lock) {
      asking = false;
      heard = System.nanoTime();
    }
    calls.wake();
    return System.nanoTime() + silence;
  }

  private void ask() {
    String id;
    synchronized (lock) {
      id = known;
    }
    if (id == null || connection.findsByList()) {
      askForList();
      return;
    }
    activity.looks.increment();
    calls.callHere(
        "findInstance",
        find,
        () -> connection.find(id),
        (found, failure) -> {
          if (!(failure instanceof DeadlineException) // also an error is an answer
              || !askForListInsteadOf(id)) {
            goOn();
          }
        });
  }

  private boolean askForListInsteadOf(String id) {
    synchronized (lock) {
      hangs = id;
    }
    return calls.execute(this::askForList);
  }

  private void askForList() {
    long began = System.nanoTime();
    activity.lists.increment();
    calls.callHere(
        "listInstances",
        listDeadline(),
        connection::list,
        (all, failure) -> {
          if (failure instanceof DeadlineException) {
            agenda.fail(new IOException("the runtime has stopped answering"));
            return;
          }
          if (failure == null) {
            listed(all, System.nanoTime() - began);
          }
          goOn();
        });
  }

  /** A list that has always been slow is no sign of a freeze. */
  private Duration listDeadline() {
    synchronized (lock) {
      Duration usual = Duration.ofNanos(4 * longestList);
      return usual.compareTo(list) > 0 ? usual : list;
    }
  }
}
