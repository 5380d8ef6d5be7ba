package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.supervise.BackendCalls.DeadlineException;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/**
 * The life of one connection: watch, then list, then look at what each hint names, until the
 * runtime is lost. The supervisor's thread makes, uses and closes it.
 */
final class Session implements AutoCloseable {

  /** The pause between two lists of a runtime that cannot be watched. */
  private static final Duration POLL = Duration.ofSeconds(5);

  /** Such a runtime is connected anew after this time, in case it can be watched by then. */
  private static final Duration WATCH_AGAIN = Duration.ofMinutes(1);

  /** So many threads wait in a quiet session: one for a hint, one to read on after it. */
  private static final int QUIET = 2;

  /** An instance is looked at after this time, so that the first event finds all classes loaded. */
  private static final Duration WARM_UP = Duration.ofMillis(500);

  /** A freeze is noticed after twice this time, or twice the deadline of a find if it is longer. */
  private static final Duration LIFE = Duration.ofSeconds(10);

  private final Timing timing;
  private final BackendCalls calls;
  private final Activity activity;
  private final RandomGenerator random;
  private final RuntimeConnection connection;
  private final CheckedConnection instances;
  private final Agenda agenda;
  private final SignsOfLife life;
  private final Workers workers;
  private final EntryStatus status;
  private String limitation = ""; // why it is not watched; empty if it is
  private boolean listFails; // one list at a time

  private Session(
      BackendSettings entry,
      Timing timing,
      InstanceTable table,
      BackendCalls calls,
      Activity activity,
      RandomGenerator random,
      RuntimeConnection connection,
      EntryStatus status) {
    this.timing = timing;
    this.calls = calls;
    this.activity = activity;
    this.random = random;
    this.connection = connection;
    this.status = status;
    this.instances = new CheckedConnection(entry.name(), connection, status::incomplete);
    this.agenda = new Agenda(calls::wake);
    Duration unit = timing.find().compareTo(LIFE) > 0 ? timing.find() : LIFE;
    this.life = new SignsOfLife(unit, calls, activity, instances, agenda);
    this.workers =
        new Workers(
            entry.name(), timing, table, calls, activity, instances, agenda, life, this::listEnded);
  }

  /**
   * Connects.
   *
   * @param status receives a new {@link #limitation} of the open session
   * @throws MisconfiguredException if the backend refuses its configuration
   */
  static Session connect(
      RuntimeBackend backend,
      BackendSettings entry,
      Timing timing,
      InstanceTable table,
      BackendCalls calls,
      Activity activity,
      RandomGenerator random,
      EntryStatus status)
      throws IOException, InterruptedException {
    Callable<RuntimeConnection> connect =
        () -> {
          try {
            return backend.connect(entry.config());
          } catch (IllegalArgumentException e) {
            throw new MisconfiguredException(entry.placed(String.valueOf(e.getMessage())), e);
          }
        };
    try {
      RuntimeConnection connection =
          calls.call("connect", timing.connect(), connect, RuntimeConnection::close);
      return new Session(entry, timing, table, calls, activity, random, connection, status);
    } catch (DeadlineException e) { // the backend could not say where it waits
      throw new IOException(e.getMessage() + " for " + entry.config(), e);
    }
  }

  /** Asks who answered. */
  RuntimeInfo runtime() throws IOException, InterruptedException {
    return calls.call("runtime", timing.connect(), connection::runtime, late -> {});
  }

  /** Watches the runtime; one that refuses to be watched is only listed. */
  void watch() throws IOException, InterruptedException {
    try {
      InstanceWatch watch =
          calls.call("watch", timing.connect(), connection::watch, InstanceWatch::close);
      workers.read(watch);
    } catch (BackendUnavailableException e) {
      throw e;
    } catch (IOException e) {
      doNotWatch(e.getMessage());
    }
  }

  /** Only lists the runtime. */
  void doNotWatch(String reason) {
    limitation = "changes are looked for every " + POLL.toSeconds() + " s, because " + reason;
  }

  /** Lists, and confirms every end. After that the table is right. */
  void takeFirstPicture() throws IOException, InterruptedException {
    calls.keepThreads(QUIET);
    Duration pause = limitation.isEmpty() ? timing.resync() : POLL;
    workers.listEvery(jittered(instances.listInterval(pause)));
    long began = System.nanoTime();
    List<String> missing = listAndWait();
    if (!missing.isEmpty()) {
      learnWhetherItFinds(missing.get(0));
    }
    if (!instances.findsByList()) {
      confirm(missing);
    } else {
      if (!missing.isEmpty() && !listAndWait().isEmpty()) {
        agenda.addList(Duration.ZERO); // the proof of what only the second list does not show
      }
      confirm(List.of());
    }
    workers.listAgain(began);
  }

  private void learnWhetherItFinds(String id) throws InterruptedException {
    try {
      var unused = calls.call("findInstance", timing.find(), () -> instances.find(id), late -> {});
    } catch (IOException e) {
      // it tries to find, and the same look is made again
    }
  }

  private Duration jittered(Duration pause) {
    return Duration.ofNanos((long) (pause.toNanos() * random.nextDouble(0.8, 1.2)));
  }

  private List<String> listAndWait() throws IOException, InterruptedException {
    long stamp = System.nanoTime();
    activity.lists.increment();
    List<Instance> all = calls.call("listInstances", timing.list(), instances::list, late -> {});
    life.listed(all, System.nanoTime() - stamp);
    if (!all.isEmpty() && !instances.findsByList()) {
      agenda.add(all.get(0).id(), WARM_UP); // by then, a short command has ended
    }
    return workers.takeIn(all, Set.of(), stamp);
  }

  /**
   * Has each id looked at and waits for the answers, but not for ever: on a runtime that finds
   * slowly or not at all, some ends are seen only later.
   */
  private void confirm(List<String> ids) throws InterruptedException {
    agenda.open(ids);
    long end = System.nanoTime() + timing.list().toNanos();
    while (agenda.isConfirming() && end - System.nanoTime() > 0) {
      calls.keepUntil(Moments.earlier(end, workers.start()));
    }
  }

  /** Returns why changes are not followed but looked for; empty if they are followed. */
  String limitation() {
    return limitation;
  }

  private void listEnded(IOException failure) {
    if (listFails != (failure != null)) {
      listFails = failure != null;
      status.limited(listFails ? "the periodic list fails: " + failure.getMessage() : limitation);
    }
  }

  /** Follows the hints until the runtime is lost, or until it is time to try to watch again. */
  void follow() throws IOException, InterruptedException {
    long end = limitation.isEmpty() ? Moments.never() : System.nanoTime() + WATCH_AGAIN.toNanos();
    while (end - System.nanoTime() > 0) {
      agenda.throwIfFailed();
      long next = Moments.earlier(end, workers.start());
      calls.keepUntil(Moments.earlier(next, life.check()));
    }
  }

  /** Ends the session, because another entry is to follow the runtime. */
  void giveWay() {
    agenda.fail(new IOException("another entry follows the same runtime"));
  }

  @Override
  public void close() {
    workers.close();
    calls.keepThreads(0);
    calls.callAnyway("close", timing.connect(), connection::close);
    calls.abandonAll(); // such as a take() that close() has not ended
  }
}
