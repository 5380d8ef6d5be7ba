package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.table.InstanceTable;
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

  private final String name;
  private final Timing timing;
  private final InstanceTable table;
  private final GuardedCalls calls;
  private final RandomGenerator random;
  private final RuntimeConnection connection;
  private final RuntimeInfo runtime;
  private final DirtySet dirty = new DirtySet();
  private final Semaphore workers = new Semaphore(WORKERS);
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private Thread reader; // null until the watch is open

  private Session(
      BackendSettings entry,
      Timing timing,
      InstanceTable table,
      GuardedCalls calls,
      RandomGenerator random,
      RuntimeConnection connection)
      throws IOException {
    this.name = entry.name();
    this.timing = timing;
    this.table = table;
    this.calls = calls;
    this.random = random;
    this.connection = connection;
    this.runtime = connection.runtime();
    if (runtime == null) {
      throw new IOException("runtime() returned null");
    }
  }

  /** Connects; the rest of the runtime's answers come with {@link #sync}. */
  static Session connect(
      RuntimeBackend backend,
      BackendSettings entry,
      Timing timing,
      InstanceTable table,
      GuardedCalls calls,
      RandomGenerator random)
      throws IOException, InterruptedException {
    RuntimeConnection connection =
        calls.call(
            "connect",
            timing.connect(),
            () -> backend.connect(entry.config()),
            RuntimeConnection::close);
    return new Session(entry, timing, table, calls, random, connection);
  }

  RuntimeInfo runtime() {
    return runtime;
  }

  /** Watches, lists, and confirms every end; then the table is right. */
  void sync() throws IOException, InterruptedException {
    InstanceWatch watch =
        calls.call("watch", timing.connect(), connection::watch, InstanceWatch::close);
    reader = new Thread(() -> read(watch), "koi-watch-" + name);
    reader.setDaemon(true);
    reader.start();
    long stamp = System.nanoTime();
    List<Instance> all = calls.call("listInstances", timing.list(), this::listChecked, late -> {});
    List<CompletableFuture<?>> confirmed = new ArrayList<>();
    for (String id : table.observeAll(name, all, stamp).missing()) {
      workers.acquire();
      confirmed.add(look(id));
    }
    for (CompletableFuture<?> one : confirmed) {
      one.exceptionally(error -> null).join(); // what failed stays as it was, and is tried again
    }
    listAgainAfter(System.nanoTime() - stamp);
  }

  /** Follows the hints; ends only by an exception. */
  void follow() throws IOException, InterruptedException {
    while (true) {
      workers.acquire();
      String id = dirty.take();
      if (id.equals(DirtySet.EVERYTHING)) {
        lookAtEverything();
      } else {
        look(id);
      }
    }
  }

  private void read(InstanceWatch watch) {
    try {
      while (true) {
        ChangeHint hint = watch.take();
        if (hint == null) {
          throw new IOException("take() returned null");
        }
        dirty.add(hint instanceof ChangeHint.OneInstance one ? one.id() : DirtySet.EVERYTHING);
      }
    } catch (InterruptedException e) {
      dirty.fail(new IOException("take() was interrupted", e));
    } catch (Throwable e) { // a stranger's code may throw anything
      dirty.fail(GuardedCalls.rethrown("take", e));
    }
  }

  /** Asks for one instance; the caller has acquired a worker. */
  private CompletableFuture<Optional<Instance>> look(String id) {
    long stamp = System.nanoTime();
    return calls
        .start("findInstance", timing.find(), () -> findChecked(id), late -> {})
        .whenComplete(
            (found, error) -> {
              workers.release();
              if (error == null) {
                failures.remove(id);
                table.observe(name, id, found, stamp);
              } else {
                tryAgain(id, "instance " + id, error);
              }
              dirty.done(id);
            });
  }

  private void lookAtEverything() {
    long stamp = System.nanoTime();
    calls
        .start("listInstances", timing.list(), this::listChecked, late -> {})
        .whenComplete(
            (all, error) -> {
              workers.release();
              if (error instanceof TimeoutException) {
                dirty.fail(GuardedCalls.rethrown("listInstances", error));
              } else if (error != null) {
                tryAgain(DirtySet.EVERYTHING, "the list", error);
              } else {
                failures.remove(DirtySet.EVERYTHING);
                dirty.addUnseen(table.observeAll(name, all, stamp).missing());
                listAgainAfter(System.nanoTime() - stamp);
              }
              dirty.done(DirtySet.EVERYTHING);
            });
  }

  private void tryAgain(String id, String what, Throwable error) {
    int before = failures.merge(id, 1, Integer::sum) - 1;
    log.debug("{}: {} could not be looked at, {} times now", name, what, before + 1, error);
    dirty.addAfter(id, Duration.ofSeconds(1L << Math.min(before, MOST_DOUBLINGS)));
  }

  /** The periodic list, that finds what no hint told; never more than a twentieth of the time. */
  private void listAgainAfter(long lastTook) {
    long pause = Math.max(timing.resync().toNanos(), 20 * lastTook);
    dirty.addAfter(
        DirtySet.EVERYTHING, Duration.ofNanos((long) (pause * random.nextDouble(0.8, 1.2))));
  }

  private List<Instance> listChecked() throws IOException, InterruptedException {
    List<Instance> list = connection.listInstances();
    if (list == null) {
      throw new IOException("listInstances returned null");
    }
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
    try {
      calls.call("close", timing.connect(), this::closeConnection, late -> {});
    } catch (IOException e) {
      log.debug("{}: the connection did not close properly", name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (reader != null) {
      reader.interrupt(); // if close() has not ended take()
    }
  }

  private Boolean closeConnection() {
    connection.close();
    return true;
  }
}
