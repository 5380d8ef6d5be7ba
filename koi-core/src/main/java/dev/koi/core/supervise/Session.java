package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.table.InstanceTable;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one connection: watch, then list, then look at what each hint names, until the
 * runtime is lost. Made, used and closed by the supervisor's thread.
 */
final class Session implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final int WORKERS = 4;
  private static final int MOST_DOUBLINGS = 5;

  /** Between two lists of a runtime that does not let itself be watched. */
  private static final Duration POLL = Duration.ofSeconds(5);

  /** After which such a runtime is connected anew, in case it does by now. */
  private static final Duration WATCH_AGAIN = Duration.ofMinutes(1);

  private final String name;
  private final Timing timing;
  private final InstanceTable table;
  private final GuardedCalls calls;
  private final Activity activity;
  private final RandomGenerator random;
  private final RuntimeConnection connection;
  private final DirtySet dirty = new DirtySet();
  private final Semaphore workers = new Semaphore(WORKERS);
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Set<String> unhinted = ConcurrentHashMap.newKeySet(); // shown by a list only
  private final boolean findsByList;
  private Set<String> unseen = Set.of(); // not shown by the last list; one list at a time
  private volatile String limitation = ""; // why it is not watched; empty if it is
  private CompletableFuture<?> reader = CompletableFuture.completedFuture(true);

  private final Object lock = new Object();
  private boolean closed; // guarded by lock

  private Session(
      BackendSettings entry,
      Timing timing,
      InstanceTable table,
      GuardedCalls calls,
      Activity activity,
      RandomGenerator random,
      RuntimeConnection connection) {
    this.name = entry.name();
    this.timing = timing;
    this.table = table;
    this.calls = calls;
    this.activity = activity;
    this.random = random;
    this.connection = connection;
    this.findsByList = !connection.findsInstances();
  }

  /**
   * Connects; the rest of the runtime's answers come with {@link #sync}.
   *
   * @throws MisconfiguredException if the backend finds its configuration wrong
   */
  static Session connect(
      RuntimeBackend backend,
      BackendSettings entry,
      Timing timing,
      InstanceTable table,
      GuardedCalls calls,
      Activity activity,
      RandomGenerator random)
      throws IOException, InterruptedException {
    RuntimeConnection connection =
        calls.call(
            "connect",
            timing.connect(),
            () -> {
              try {
                return backend.connect(entry.config());
              } catch (IllegalArgumentException e) {
                throw new MisconfiguredException(entry.placed(String.valueOf(e.getMessage())), e);
              }
            },
            RuntimeConnection::close);
    return new Session(entry, timing, table, calls, activity, random, connection);
  }

  /** Asks who answered. */
  RuntimeInfo runtime() throws IOException, InterruptedException {
    return calls.call("runtime", timing.connect(), connection::runtime, late -> {});
  }

  /**
   * Watches, lists, and confirms every end; then the table is right. A runtime that lets itself be
   * listed but not watched is listed again and again instead.
   */
  void sync(boolean watch) throws IOException, InterruptedException {
    if (watch) {
      try {
        watch();
      } catch (BackendUnavailableException e) {
        throw e;
      } catch (IOException e) {
        limitation = e.getMessage();
      }
    } else {
      limitation = "its stream of changes ends as soon as it has begun";
    }
    long began = System.nanoTime();
    List<String> open = listAndWait();
    if (findsByList && !open.isEmpty()) {
      open = listAndWait();
    }
    confirm(open);
    resyncAfter(System.nanoTime() - began);
  }

  private List<String> listAndWait() throws IOException, InterruptedException {
    long stamp = System.nanoTime();
    activity.lists.increment();
    List<Instance> all = calls.call("listInstances", timing.list(), this::listChecked, late -> {});
    return takeIn(all, Set.of(), stamp).missing();
  }

  /**
   * Looks at each id and waits for the answers, but not for ever: on a runtime that finds slowly or
   * not at all, some ends are seen only later.
   */
  private void confirm(List<String> ids) throws InterruptedException {
    long end = System.nanoTime() + timing.list().toNanos();
    List<CompletableFuture<?>> confirmed = new ArrayList<>();
    for (String id : ids) {
      workers.acquire();
      if (System.nanoTime() - end > 0) {
        workers.release();
        dirty.addOpen(ids.subList(confirmed.size(), ids.size()));
        break;
      }
      confirmed.add(look(id));
    }
    for (CompletableFuture<?> one : confirmed) {
      try {
        one.get();
      } catch (ExecutionException e) {
        // what failed stays as it was, and is tried again
      }
    }
  }

  /**
   * Takes in a complete list. What it does not show may have ended; the proof is that a find does
   * not show it either. Where finding is listing, that is: that the next list does not.
   *
   * @return what changed, and whose end is still to be proved
   */
  private InstanceTable.ListResult takeIn(List<Instance> all, Set<String> asked, long stamp) {
    InstanceTable.ListResult result = table.observeAll(name, all, asked, stamp);
    if (!findsByList) {
      return result;
    }
    List<String> once = new ArrayList<>();
    for (String id : result.missing()) {
      if (unseen.contains(id)) {
        table.observe(name, id, Optional.empty(), stamp);
      } else {
        once.add(id);
      }
    }
    unseen = Set.copyOf(once);
    return new InstanceTable.ListResult(result.changed(), once);
  }

  /** Returns why changes are not followed but looked for; empty if they are followed. */
  String limitation() {
    return limitation.isEmpty()
        ? ""
        : "changes are looked for every " + POLL.toSeconds() + " s, because " + limitation;
  }

  private void watch() throws IOException, InterruptedException {
    InstanceWatch watch =
        calls.call("watch", timing.connect(), connection::watch, InstanceWatch::close);
    reader = calls.begin("take", () -> read(watch), late -> {});
    reader.whenComplete(
        (never, end) -> {
          dirty.fail(GuardedCalls.failure("take", end));
          workers.release(); // follow() may be waiting for one, and every look may hang
        });
  }

  /** Follows the hints until the runtime is lost, or until it is time to try to watch again. */
  void follow() throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (limitation.isEmpty() || System.nanoTime() - began < WATCH_AGAIN.toNanos()) {
      workers.acquire();
      String id = dirty.take();
      if (id.equals(DirtySet.EVERYTHING) || id.equals(DirtySet.RESYNC)) {
        lookAtEverything(id);
      } else {
        look(id);
      }
    }
  }

  /** Ends it, because another entry is to follow the runtime. */
  void giveWay() {
    dirty.fail(new IOException("another entry follows the same runtime"));
  }

  private boolean read(InstanceWatch watch) throws IOException, InterruptedException {
    while (true) {
      ChangeHint hint = watch.take();
      activity.hint();
      if (hint == null) {
        throw new IOException("take() returned null");
      }
      if (hint instanceof ChangeHint.OneInstance one) {
        unhinted.remove(one.id());
        dirty.add(findsByList ? DirtySet.EVERYTHING : one.id());
      } else {
        unhinted.clear();
        dirty.add(DirtySet.EVERYTHING);
      }
    }
  }

  /** Asks for one instance; the caller has acquired a worker. */
  private CompletableFuture<Optional<Instance>> look(String id) {
    long stamp = System.nanoTime();
    activity.looks.increment();
    return calls
        .start("findInstance", timing.find(), () -> findChecked(id), late -> {})
        .whenComplete(
            (found, error) ->
                settle(
                    id,
                    () -> {
                      if (error == null) {
                        failures.remove(id);
                        table.observe(name, id, found, stamp);
                      } else {
                        tryAgain(id, "instance " + id, error);
                      }
                    }));
  }

  private void lookAtEverything(String why) {
    Set<String> asked = dirty.busyIds();
    long stamp = System.nanoTime();
    activity.lists.increment();
    calls
        .start("listInstances", timing.list(), this::listChecked, late -> {})
        .whenComplete((all, error) -> settle(why, () -> listed(why, all, error, asked, stamp)));
  }

  private void listed(
      String why, List<Instance> all, Throwable error, Set<String> asked, long stamp) {
    if (error instanceof TimeoutException || (error != null && !limitation.isEmpty())) {
      // It hangs; or this list is the only sign of life there is.
      dirty.fail(GuardedCalls.failure("listInstances", error));
    } else if (error != null) {
      tryAgain(why, "the list", error);
    } else {
      failures.remove(why);
      asked.addAll(dirty.busyIds());
      InstanceTable.ListResult result = takeIn(all, asked, stamp);
      if (!findsByList) {
        dirty.addOpen(result.missing());
        dirty.addOpen(asked);
      } else if (!result.missing().isEmpty()) {
        dirty.add(DirtySet.EVERYTHING);
      }
      if (why.equals(DirtySet.RESYNC)) {
        countDrift(result);
        resyncAfter(System.nanoTime() - stamp);
      }
    }
  }

  /** Deals with an answer, unless the connection is closed: then it says nothing of the next. */
  private void settle(String id, Runnable answer) {
    try {
      synchronized (lock) {
        if (!closed) {
          answer.run();
        }
      }
    } catch (Throwable e) { // as when memory is short; begin anew, rather than never look again
      dirty.fail(new IOException("an answer could not be dealt with: " + e, e));
    } finally {
      workers.release();
      dirty.done(id);
    }
  }

  /**
   * A hint may come a little after the change it is about; so what only a list has shown counts as
   * drift when the next list comes and there has still been no hint.
   */
  private void countDrift(InstanceTable.ListResult result) {
    activity.drift.add(unhinted.size());
    unhinted.clear();
    if (limitation.isEmpty()) {
      unhinted.addAll(result.changed());
      unhinted.addAll(result.missing());
    }
  }

  private void tryAgain(String id, String what, Throwable error) {
    if (calls.areExhausted()) {
      dirty.fail(GuardedCalls.failure(what, error));
    }
    int before = failures.merge(id, 1, Integer::sum) - 1;
    log.debug("{}: {} could not be looked at, {} times now", name, what, before + 1, error);
    dirty.addAfter(id, Duration.ofSeconds(1L << Math.min(before, MOST_DOUBLINGS)));
  }

  /** The periodic list, that finds what no hint told; never more than a twentieth of the time. */
  private void resyncAfter(long lastTook) {
    long pause = Math.max((limitation.isEmpty() ? timing.resync() : POLL).toNanos(), 20 * lastTook);
    dirty.addAfter(DirtySet.RESYNC, Duration.ofNanos((long) (pause * random.nextDouble(0.8, 1.2))));
  }

  private List<Instance> listChecked() throws IOException, InterruptedException {
    List<Instance> theirs = connection.listInstances();
    if (theirs == null) {
      throw new IOException("listInstances returned null");
    }
    List<Instance> list = new ArrayList<>(theirs); // theirs may change, or not even be readable
    Set<String> ids = new HashSet<>();
    for (Instance instance : list) {
      check("listInstances", instance);
      if (!ids.add(instance.id())) {
        throw new IOException("listInstances returned the id '" + instance.id() + "' twice");
      }
    }
    return list;
  }

  private Optional<Instance> findChecked(String id) throws IOException, InterruptedException {
    Optional<Instance> found = connection.findInstance(id);
    if (found != null && found.isPresent()) {
      check("findInstance", found.get());
      if (!found.get().id().equals(id)) {
        throw new IOException(
            "findInstance('" + id + "') returned the instance '" + found.get().id() + "'");
      }
    }
    return found;
  }

  private void check(String method, Instance instance) throws IOException {
    if (instance == null) {
      throw new IOException(method + " returned a null instance");
    }
    if (!instance.backend().equals(name)) {
      throw new IOException(
          method + " returned an instance of '" + instance.backend() + "', not of '" + name + "'");
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    try {
      calls.callAnyway("close", timing.connect(), connection::close);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reader.cancel(true); // if close() has not ended take()
  }
}
