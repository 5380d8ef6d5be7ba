package dev.koi.testkit.internal;

import dev.koi.Instance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.rules.HintReader;
import dev.koi.spi.rules.TimedCalls;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.Capability;
import dev.koi.testkit.FailingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/** One claim's runtime, and what has been opened and started in it; close undoes it all. */
final class Trial {

  static final String ENTRY = "kit-one";

  private final BackendFixture fixture;
  private final RuntimeBackend backend;
  private final WaitTimes times;
  private final TimedCalls calls =
      new TimedCalls("backend", Thread.currentThread().getContextClassLoader());
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private volatile boolean partly;
  private final Queue<RuntimeConnection> connections = new ConcurrentLinkedQueue<>();
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final WantedInstances wanted;
  private volatile boolean lost;
  private volatile boolean frozen;
  private final Object starting = new Object();
  private boolean closed; // guarded by starting

  Trial(BackendFixture fixture, WaitTimes times) throws Exception {
    this.fixture = FixtureProxy.around(fixture, times);
    this.times = times;
    wanted = new WantedInstances(this.fixture, this::partly);
    try {
      this.backend =
          BackendProxy.around(RuntimeBackend.class, this.fixture.backend(), calls, times);
    } catch (Exception | AssertionError e) {
      fixture.close();
      throw e;
    }
  }

  /** Returns the fixture; its failures are {@link FixtureFault}s. */
  BackendFixture fixture() {
    return fixture;
  }

  /** Returns the backend; each call into it, and into what it returns, has a deadline. */
  RuntimeBackend backend() {
    return backend;
  }

  WaitTimes times() {
    return times;
  }

  /** Returns what every call into the backend goes through. */
  TimedCalls calls() {
    return calls;
  }

  /** Adds to the report something that fails no claim. */
  void note(String text) {
    notes.add(text);
  }

  /** Adds to the report what the claim, if it passes, leaves unverified. */
  void partly(String reason) {
    notes.add(reason);
    partly = true;
  }

  /** Returns whether the claim leaves something unverified. */
  boolean isPartly() {
    return partly;
  }

  String notes() {
    return String.join("; ", notes);
  }

  BackendConfig config() {
    return fixture.config(ENTRY);
  }

  RuntimeConnection connect() throws IOException, InterruptedException {
    return connect(ENTRY);
  }

  RuntimeConnection connect(String entry) throws IOException, InterruptedException {
    synchronized (starting) {
      requireOpen();
    }
    RuntimeConnection connection = backend.connect(fixture.config(entry));
    connections.add(connection);
    return connection;
  }

  /** Returns a connection whose calls run on the caller's thread, to be interrupted there. */
  RuntimeConnection unguarded(BackendConfig config) throws IOException, InterruptedException {
    RuntimeConnection connection =
        BackendProxy.behind(RuntimeBackend.class, backend).connect(config);
    connections.add(BackendProxy.around(RuntimeConnection.class, connection, calls, times));
    return connection;
  }

  /** Returns what connect throws with that configuration, which must not work. */
  Exception refusal(FailingConfig failing) {
    try {
      backend.connect(failing.config()).close();
    } catch (Exception e) {
      return e;
    }
    throw new AssertionError("connect returned a connection for " + failing.config());
  }

  /** Returns the instances that a claim may ask the fixture for. */
  WantedInstances wanted() {
    return wanted;
  }

  HintReader read(InstanceWatch watch) {
    return read(watch, hint -> {});
  }

  HintReader read(InstanceWatch watch, HintReader.Look look) {
    return new HintReader(
        BackendProxy.behind(InstanceWatch.class, watch),
        look,
        calls,
        times.patience(),
        times.quiet());
  }

  /** Lets the time pass in which nothing should happen. */
  void beQuiet() throws InterruptedException {
    Thread.sleep(times.quiet().toMillis());
  }

  String start() throws Exception {
    return start(wanted.plain());
  }

  String start(WantedInstance instance) throws Exception {
    return start("start", () -> fixture.start(instance.observed()));
  }

  /** Starts another instance with the name of that one. */
  String startNamesake(String id) throws Exception {
    return start("startNamesake", () -> fixture.startNamesake(id));
  }

  private String start(String method, Callable<String> call) throws Exception {
    synchronized (starting) {
      requireOpen();
      String id = call.call();
      if (id.isBlank() || !running.add(id)) {
        String message = "the fixture's " + method + "() returned \"" + id + "\", no new id";
        throw new FixtureFault(method, message, null);
      }
      return id;
    }
  }

  /** Refuses what a thread wants that runs beside the claim, and that nobody waits for. */
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the claim has ended");
    }
  }

  void stop(String id) throws Exception {
    fixture.stop(id);
    running.remove(id);
  }

  void lose() throws Exception {
    fixture.loseRuntime();
    lost = true;
  }

  void restore() throws Exception {
    if (lost) {
      lost = false;
      fixture.restoreRuntime();
    }
  }

  void freeze() throws Exception {
    fixture.freezeRuntime();
    frozen = true;
  }

  void thaw() throws Exception {
    if (frozen) {
      frozen = false;
      fixture.thawRuntime();
    }
  }

  /** Aborts the claim if the fixture declares that gap. */
  void require(Capability capability) {
    String reason = fixture.gaps().get(capability);
    if (reason != null) {
      throw new TestAbortedException(capability + ": " + reason);
    }
  }

  /** Does something again and again, for three times the quiet time unless that is out of range. */
  void repeat(int least, int most, Action round) throws Exception {
    long end = System.nanoTime() + times.quiet().multipliedBy(3).toNanos();
    for (int i = 0; i < most && (i < least || System.nanoTime() < end); i++) {
      round.run();
    }
  }

  /**
   * Starts something; the call returned waits for its outcome. Each call of the backend in it has a
   * limit of its own, which names the call, so this one has room for twenty that nearly reach it.
   */
  <T> Callable<T> begin(Callable<T> body) {
    return calls.begin(times.patience().multipliedBy(20), "what runs beside", body);
  }

  /** Does something on several threads that set out at the same moment, and waits for all. */
  void together(int threads, Action action) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Callable<Void>> outcomes = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      outcomes.add(
          begin(
              () -> {
                start.await();
                action.run();
                return null;
              }));
    }
    List<Throwable> failures = new ArrayList<>();
    for (Callable<Void> outcome : outcomes) {
      try {
        outcome.call();
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | AssertionError e) {
        failures.add(e); // the others must not go on beside the next claim
      }
    }
    if (!failures.isEmpty()) {
      if (failures.get(0) instanceof AssertionError error) {
        throw error;
      }
      throw (Exception) failures.get(0);
    }
  }

  static Set<String> ids(List<Instance> instances) {
    return instances.stream().map(Instance::id).collect(Collectors.toSet());
  }

  /** Undoes everything. What goes wrong is told by other claims, if it is the backend's fault. */
  void close() throws Exception {
    quietly(this::thaw);
    quietly(this::restore);
    synchronized (starting) {
      closed = true; // what starts later would not be stopped
    }
    connections.forEach(connection -> quietly(connection::close));
    running.forEach(id -> quietly(() -> fixture.stop(id)));
    fixture.close();
  }

  static void quietly(Action action) {
    try {
      action.run();
    } catch (Exception | AssertionError e) {
      // see close
    }
  }
}
