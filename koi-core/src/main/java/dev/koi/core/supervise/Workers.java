package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.Timing;
import dev.koi.core.supervise.Agenda.Job;
import dev.koi.core.supervise.Agenda.ListAll;
import dev.koi.core.supervise.Agenda.Look;
import dev.koi.core.supervise.BackendCalls.DeadlineException;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the jobs of one session's agenda: reads hints, looks at instances, and writes the answers
 * into the table.
 *
 * <p>A worker takes job after job, and ends when none is due. It starts the next worker before it
 * does a job while more are due. So the worker that has read a hint looks at the instance itself,
 * and no hint waits for another thread to wake up. For what is due later, the supervisor calls
 * {@link #start} at that moment.
 */
final class Workers {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  private final String entry;
  private final Timing timing;
  private final InstanceTable table;
  private final BackendCalls calls;
  private final Activity activity;
  private final CheckedConnection connection;
  private final Agenda agenda;
  private final Consumer<IOException> listed;
  private final SignsOfLife life;
  private final AtomicBoolean starting = new AtomicBoolean(); // a worker that takes a job first
  private volatile InstanceWatch watch; // null if the runtime is only listed
  private volatile Duration listPause;
  private volatile long periodicDue; // when the next list is made that nothing has asked for
  private Set<String> absentOnce = Set.of(); // from the last list; one list at a time

  private final Object lock = new Object();
  private boolean closed; // guarded by lock

  /**
   * Makes them; none is started.
   *
   * @param listed receives why a periodic list failed, or null after one that did not
   */
  Workers(
      String entry,
      Timing timing,
      InstanceTable table,
      BackendCalls calls,
      Activity activity,
      CheckedConnection connection,
      Agenda agenda,
      SignsOfLife life,
      Consumer<IOException> listed) {
    this.entry = entry;
    this.timing = timing;
    this.table = table;
    this.calls = calls;
    this.activity = activity;
    this.connection = connection;
    this.agenda = agenda;
    this.life = life;
    this.listed = listed;
  }

  /** Starts to read the watch's hints; their instances are looked at once the agenda is open. */
  void read(InstanceWatch watch) {
    this.watch = watch;
    agenda.addHints();
    start();
  }

  /**
   * Starts a worker if a job is due.
   *
   * @return when to call this again, if nothing changes before
   */
  long start() {
    long moment = agenda.nextMoment();
    if (moment - System.nanoTime() > 0) {
      return moment;
    }
    if (starting.compareAndSet(false, true) && !calls.execute(this::work)) {
      starting.set(false);
      return System.nanoTime() + BackendCalls.START_AGAIN;
    }
    return Moments.never(); // that worker calls this in turn
  }

  private void work() {
    starting.set(false);
    try {
      workThroughAgenda();
    } catch (
        Throwable e) { // as when memory is short; connect anew, rather than go on with one less
      agenda.fail(new IOException("a worker failed: " + e, e));
    }
  }

  private void workThroughAgenda() {
    Job job;
    do {
      job = agenda.next();
      calls.wakeAt(start());
      if (job instanceof Look look) {
        look(look);
      } else if (job instanceof ListAll list) {
        list(list);
      } else if (job != null) {
        readHint();
      }
    } while (job != null);
  }

  private void readHint() {
    calls.callHere(
        "take",
        null,
        watch::take,
        (hint, failure) -> {
          if (failure != null) {
            agenda.fail(failure);
            return;
          }
          life.heard();
          activity.hint();
          if (hint instanceof ChangeHint.OneInstance one && !connection.findsByList()) {
            agenda.add(one.id(), Duration.ZERO);
          } else {
            agenda.addList(Duration.ZERO);
          }
          agenda.addHints();
        });
  }

  private void look(Look look) {
    String id = look.id();
    long stamp = System.nanoTime();
    activity.looks.increment();
    calls.callHere(
        "findInstance",
        timing.find(),
        () -> connection.find(id),
        (found, failure) -> {
          if (failure == null) {
            life.heard();
          }
          if (connection.findsByList()) {
            agenda.addList(Duration.ZERO);
            agenda.done(look);
          } else {
            settle(look, failure, () -> table.observe(entry, id, found, stamp));
          }
        });
  }

  private void list(ListAll list) {
    Set<String> asked = agenda.busy();
    long stamp = System.nanoTime();
    boolean periodic = stamp - periodicDue >= 0;
    activity.lists.increment();
    calls.callHere(
        "listInstances",
        timing.list(),
        connection::list,
        (all, failure) -> settle(list, failure, () -> listed(all, asked, stamp, periodic)));
  }

  private void listed(List<Instance> all, Set<String> asked, long stamp, boolean periodic) {
    life.listed(all, System.nanoTime() - stamp);
    listed.accept(null);
    asked.addAll(agenda.busy());
    long before = table.changesByLists(entry);
    List<String> missing = takeIn(all, asked, stamp);
    if (periodic) {
      activity.drift.add(table.changesByLists(entry) - before);
    }
    if (!connection.findsByList()) {
      agenda.addUnconfirmed(missing);
      agenda.addUnconfirmed(asked);
    } else if (!missing.isEmpty()) {
      agenda.addList(Duration.ZERO);
    }
    listAgain(stamp);
  }

  /** Sets how often all instances are listed, though no hint asks for it. */
  void listEvery(Duration pause) {
    listPause = pause;
  }

  /** Plans the next list; lists take no more than a twentieth of the time. */
  void listAgain(long lastBegan) {
    Duration twenty = Duration.ofNanos(20 * (System.nanoTime() - lastBegan));
    Duration pause = twenty.compareTo(listPause) > 0 ? twenty : listPause;
    periodicDue = System.nanoTime() + pause.toNanos();
    agenda.addList(pause);
  }

  /**
   * Takes in a complete list. An instance that it does not show may have ended; the proof is that a
   * find does not show it either. Where finding is listing, the next list is that proof.
   *
   * @return the ids whose end is still to be proved
   */
  List<String> takeIn(List<Instance> all, Set<String> asked, long stamp) {
    agenda.listed(all.size());
    List<String> once = new ArrayList<>();
    for (String id : table.observeAll(entry, all, asked, stamp)) {
      if (connection.findsByList() && absentOnce.contains(id)) {
        table.observe(entry, id, Optional.empty(), stamp);
      } else {
        once.add(id);
      }
    }
    absentOnce = Set.copyOf(once);
    return once;
  }

  /** Deals with an answer, unless the session is closed: then the answer is out of date. */
  private void settle(Job job, IOException failure, Runnable answer) {
    try {
      synchronized (lock) {
        if (!closed && failure == null) {
          answer.run();
        } else if (!closed) {
          failed(job, failure);
        }
      }
    } catch (Throwable e) { // as when memory is short; begin anew, rather than never look again
      agenda.fail(new IOException("an answer could not be dealt with: " + e, e));
    } finally {
      if (failure == null) {
        agenda.done(job);
      } else {
        agenda.failed(job);
      }
    }
  }

  private void failed(Job job, IOException failure) {
    log.debug("{}: {} failed", entry, job, failure);
    boolean lists = job instanceof ListAll;
    if (calls.isExhausted() || (lists && (watch == null || failure instanceof DeadlineException))) {
      agenda.fail(failure); // the backend hangs; or lists are the only sign of life there is
    } else if (lists) {
      listed.accept(failure);
    }
  }

  /** Ends the work; answers that come from here on are ignored. */
  void close() {
    synchronized (lock) {
      closed = true;
    }
    agenda.end();
  }
}
