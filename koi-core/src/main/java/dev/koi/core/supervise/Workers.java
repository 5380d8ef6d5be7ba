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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one session: they read hints, look at instances, and write the answers into the
 * table.
 *
 * <p>They take turns at reading: the worker that has read a hint looks at the instance itself, and
 * an idle one reads on. So no hint waits for another thread to wake up. In a quiet session two
 * workers are left, one of them idle.
 */
final class Workers {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final int MOST_DOUBLINGS = 5;
  private static final int MOST_FAILURES = 10_000; // ids; more are new ones all the time

  private final String entry;
  private final Timing timing;
  private final InstanceTable table;
  private final BackendCalls calls;
  private final Activity activity;
  private final CheckedConnection connection;
  private final Agenda agenda;
  private final Consumer<IOException> listed;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>(); // in a row, by id
  private volatile InstanceWatch watch; // null if the runtime is only listed
  private volatile Duration listPause;
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
      Consumer<IOException> listed) {
    this.entry = entry;
    this.timing = timing;
    this.table = table;
    this.calls = calls;
    this.activity = activity;
    this.connection = connection;
    this.agenda = agenda;
    this.listed = listed;
  }

  /** Starts to read the watch's hints; their instances are looked at once the agenda is open. */
  void read(InstanceWatch watch) {
    this.watch = watch;
    agenda.addHints();
    staff();
  }

  /** Starts workers while there is work for them; returns false if the JVM gets no more threads. */
  boolean staff() {
    while (agenda.hire()) {
      if (!calls.startThread("worker", this::work)) {
        agenda.started();
        agenda.retire();
        return false;
      }
    }
    return true;
  }

  private void work() {
    try {
      workThroughAgenda();
    } catch (
        Throwable e) { // as when memory is short; connect anew, rather than go on with one less
      agenda.fail(new IOException("a worker failed: " + e, e));
    }
  }

  private void workThroughAgenda() {
    agenda.started();
    for (Job job = agenda.next(); job != null; job = agenda.next()) {
      staff();
      boolean mayGoOn;
      if (job instanceof Look look) {
        mayGoOn = look(look);
      } else if (job instanceof ListAll list) {
        mayGoOn = list(list);
      } else {
        mayGoOn = readHint();
      }
      if (!mayGoOn) {
        return;
      }
    }
  }

  private boolean readHint() {
    return calls.callHere(
        "take",
        null,
        watch::take,
        (hint, failure) -> {
          if (failure != null) {
            agenda.fail(failure);
            return;
          }
          activity.hint();
          if (hint instanceof ChangeHint.OneInstance one && !connection.findsByList()) {
            agenda.add(one.id(), Duration.ZERO);
          } else {
            agenda.addList(Duration.ZERO);
          }
          agenda.addHints();
        });
  }

  private boolean look(Look look) {
    String id = look.id();
    long stamp = System.nanoTime();
    activity.looks.increment();
    return calls.callHere(
        "findInstance",
        timing.find(),
        () -> connection.find(id),
        (found, failure) -> settle(look, failure, () -> found(id, found, failure, stamp)));
  }

  private void found(String id, Optional<Instance> found, IOException failure, long stamp) {
    if (failure == null) {
      failures.remove(id);
      table.observe(entry, id, found, stamp);
    } else {
      agenda.add(id, pauseAfter(failure, id));
    }
  }

  private boolean list(ListAll list) {
    Set<String> asked = agenda.busy();
    long stamp = System.nanoTime();
    activity.lists.increment();
    return calls.callHere(
        "listInstances",
        timing.list(),
        connection::list,
        (all, failure) -> settle(list, failure, () -> listed(all, failure, asked, stamp)));
  }

  private void listed(List<Instance> all, IOException failure, Set<String> asked, long stamp) {
    if (failure instanceof DeadlineException || (failure != null && watch == null)) {
      agenda.fail(failure); // it hangs; or this list is the only sign of life there is
    } else if (failure != null) {
      listed.accept(failure);
      agenda.addList(pauseAfter(failure, "the list"));
    } else {
      failures.remove("the list");
      listed.accept(null);
      asked.addAll(agenda.busy());
      List<String> missing = takeIn(all, asked, stamp);
      if (connection.findsByList()) {
        if (!missing.isEmpty()) {
          agenda.addList(Duration.ZERO);
        }
      } else {
        agenda.addUnconfirmed(missing);
        agenda.addUnconfirmed(asked);
      }
      listAgain(stamp);
    }
  }

  /** Sets how often all instances are listed, though no hint asks for it. */
  void listEvery(Duration pause) {
    listPause = pause;
  }

  /** Plans the next list; lists take no more than a twentieth of the time. */
  void listAgain(long lastBegan) {
    Duration twenty = Duration.ofNanos(20 * (System.nanoTime() - lastBegan));
    agenda.addList(twenty.compareTo(listPause) > 0 ? twenty : listPause);
  }

  /**
   * Takes in a complete list. An instance that it does not show may have ended; the proof is that a
   * find does not show it either. Where finding is listing, the next list is that proof.
   *
   * @return the ids whose end is still to be proved
   */
  List<String> takeIn(List<Instance> all, Set<String> asked, long stamp) {
    List<String> missing = table.observeAll(entry, all, asked, stamp);
    if (!connection.findsByList()) {
      return missing;
    }
    List<String> once = new ArrayList<>();
    for (String id : missing) {
      if (absentOnce.contains(id)) {
        table.observe(entry, id, Optional.empty(), stamp);
      } else {
        once.add(id);
      }
    }
    absentOnce = Set.copyOf(once);
    return once;
  }

  private Duration pauseAfter(IOException failure, String id) {
    if (calls.isExhausted()) {
      agenda.fail(failure);
    }
    if (failures.size() > MOST_FAILURES) {
      failures.clear();
    }
    int before = failures.merge(id, 1, Integer::sum) - 1;
    log.debug("{}: {} cannot be looked at, {} times now", entry, id, before + 1, failure);
    return Duration.ofSeconds(1L << Math.min(before, MOST_DOUBLINGS));
  }

  /** Deals with an answer, unless the session is closed: then the answer is out of date. */
  private void settle(Job job, IOException failure, Runnable answer) {
    try {
      synchronized (lock) {
        if (!closed) {
          answer.run();
        }
      }
    } catch (Throwable e) { // as when memory is short; begin anew, rather than never look again
      agenda.fail(new IOException("an answer could not be dealt with: " + e, e));
    } finally {
      agenda.done(job);
      if (failure instanceof DeadlineException) {
        agenda.retire();
        staff();
      }
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
