package dev.koi.cli.verify;

import static dev.koi.cli.verify.Answers.require;

import dev.koi.Instance;
import dev.koi.cli.verify.Outcome.Result;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.rules.HintReader;
import dev.koi.spi.rules.TimedCalls;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * One passive run on a runtime in use. It connects, lists, finds, watches and closes, and compares
 * what the backend answers; a difference counts only if no hint says that the runtime has changed.
 */
public final class Verification {

  /** The limit where the rules allow a second; longer, because the machine may be busy. */
  private static final Duration SECOND = Duration.ofSeconds(3);

  private static final Duration QUIET = Duration.ofMillis(200);
  private static final int QUIET_SECONDS = 3;
  private static final int ROUNDS = 3;

  @FunctionalInterface
  private interface Check {
    void run() throws Exception;
  }

  private final RuntimeBackend backend;
  private final BackendConfig config;
  private final Duration patience;
  private final TimedCalls calls;
  private final List<RuntimeConnection> opened = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private RuntimeInfo runtime = new RuntimeInfo("", "", "", "");
  private List<Instance> first = List.of();

  private Verification(RuntimeBackend backend, BackendConfig config, Duration patience) {
    this.backend = backend;
    this.config = config;
    this.patience = patience;
    this.calls = new TimedCalls(config.name(), backend.getClass().getClassLoader());
  }

  /**
   * Checks a backend; takes some seconds.
   *
   * @param patience the deadline of each call but connect
   * @throws Exception what connect throws, so that there is nothing to check
   */
  public static Verification run(RuntimeBackend backend, BackendConfig config, Duration patience)
      throws Exception {
    Verification verification = new Verification(backend, config, patience);
    try {
      verification.run();
    } finally {
      for (RuntimeConnection connection : verification.opened) {
        verification.calls.start("close", connection::close);
      }
    }
    return verification;
  }

  /** Returns the runtime that was connected. */
  public RuntimeInfo runtime() {
    return runtime;
  }

  /** Returns how many instances the first list had. */
  public int instances() {
    return first.size();
  }

  /** Returns the outcomes, in the order of the checks. */
  public List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  private void run() throws Exception {
    RuntimeConnection one = connect();
    check("S-2", this::theNameIsConstant);
    check("C-1", () -> theRuntimeIsNamed(one));
    HintReader[] hints = new HintReader[1];
    InstanceWatch[] watch = new InstanceWatch[1];
    check(
        "W-1",
        () -> {
          watch[0] = calls.answer(patience, "watch()", one::watch);
          hints[0] = read(watch[0]);
        });
    if (hints[0] == null) {
      return; // everything else compares by its hints
    }
    Answers answers = new Answers(one, hints[0], calls, patience);
    check("L-1", answers::listHoldsWhatIsPresent);
    first = answers.first();
    check("L-4", answers::listIsASnapshot);
    check("D-4", () -> answers.carry(config.name()));
    check("F-1", answers::findShowsWhatTheListShows);
    check("F-2", answers::unknownIdsAreEmpty);
    check("D-6", () -> answers.looksAreEqual(connect()));
    check("W-4", () -> theWatchIsQuiet(one, hints[0]));
    check("T-1", () -> hints[0].requireNotEnded("lists and finds on other threads"));
    check("W-8", () -> expect(IllegalStateException.class, "a second watch()", one::watch));
    check("S-3", () -> connectionsAreIndependent(one));
    check("T-2", this::anInterruptEndsTake);
    check("X-2", () -> closeReleasesTake(hints[0], watch[0]));
    check("X-5", () -> calls.answer(patience, "listInstances()", one::listInstances));
    check("X-1", () -> closeIsRepeatable(one));
    check("X-4", () -> afterCloseCallsFail(one, watch[0]));
    check("X-3", this::closeLeavesNothing);
  }

  private void check(String rule, Check check) throws InterruptedException {
    try {
      check.run();
      outcomes.add(new Outcome(rule, Result.PASSED, ""));
    } catch (UnclearException e) {
      outcomes.add(new Outcome(rule, Result.NOT_VERIFIED, e.getMessage()));
    } catch (AssertionError e) {
      outcomes.add(new Outcome(rule, Result.FAILED, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      outcomes.add(new Outcome(rule, Result.FAILED, "thrown: " + e));
    }
  }

  private RuntimeConnection connect() throws Exception {
    RuntimeConnection connection =
        calls.answer(config.connectTimeout(), "connect", () -> backend.connect(config));
    opened.add(connection);
    return connection;
  }

  private HintReader read(InstanceWatch watch) {
    return new HintReader(watch, hint -> {}, calls, patience, QUIET);
  }

  /** Reads a watch of another connection, until the thread that reads waits for a hint. */
  private HintReader watch(RuntimeConnection connection) throws Exception {
    HintReader hints = read(calls.answer(patience, "watch()", connection::watch));
    hints.settle();
    return hints;
  }

  private void expect(Class<? extends Exception> type, String call, Callable<?> body)
      throws Exception {
    try {
      calls.within(patience, call, body);
    } catch (Exception e) {
      require(type.isInstance(e), call + " threw " + e + ", not " + type.getSimpleName());
      return;
    }
    throw new AssertionError(call + " threw no " + type.getSimpleName());
  }

  private void theNameIsConstant() throws Exception {
    String name = calls.answer(patience, "name()", backend::name);
    require(name.equals(calls.answer(patience, "name()", backend::name)), "name() has changed");
    require(
        name.matches("[a-z][a-z0-9-]{0,31}") && !Set.of("auto", "all").contains(name),
        "name() is '" + name + "'");
  }

  private void theRuntimeIsNamed(RuntimeConnection connection) throws Exception {
    runtime = calls.answer(patience, "runtime()", connection::runtime);
    require(
        !runtime.product().isBlank() && !runtime.endpoint().isBlank(),
        "product or endpoint is blank: " + runtime);
  }

  private void theWatchIsQuiet(RuntimeConnection connection, HintReader hints) throws Exception {
    List<Instance> before = calls.answer(patience, "listInstances()", connection::listInstances);
    int mark = hints.count();
    Thread.sleep(QUIET_SECONDS * 1000L);
    hints.requireNotEnded("a pause");
    int count = hints.count() - mark;
    if (count > 2 * QUIET_SECONDS + 1) {
      String found = "%d hints in %d s, where two a second are allowed";
      boolean same =
          before.equals(calls.answer(patience, "listInstances()", connection::listInstances));
      if (same) {
        throw new AssertionError(found.formatted(count, QUIET_SECONDS) + "; nothing had changed");
      }
      throw new UnclearException("instances changed meanwhile");
    }
  }

  private void connectionsAreIndependent(RuntimeConnection one) throws Exception {
    RuntimeConnection two = connect();
    require(two != one, "two connects returned one connection");
    close(two);
    var unused =
        calls.answer(
            patience, "listInstances(), after another connection was closed,", one::listInstances);
  }

  private void anInterruptEndsTake() throws Exception {
    HintReader hints = watch(connect());
    hints.interrupt();
    Throwable end = hints.expectEnd(SECOND, "an interrupt");
    require(
        end instanceof InterruptedException
            || (end instanceof IOException && hints.interruptKept()),
        "take() lost the interrupt and threw " + end);
  }

  private void closeReleasesTake(HintReader hints, InstanceWatch watch) throws Exception {
    expectRelease(hints, "watch", watch);
    RuntimeConnection connection = connect();
    expectRelease(watch(connection), "connection", connection);
  }

  private void expectRelease(HintReader hints, String what, AutoCloseable closing)
      throws Exception {
    String close = "close() of the " + what;
    close(close, closing);
    Throwable end = hints.expectEnd(SECOND, close);
    require(end instanceof IOException, close + " ended take() with " + end);
  }

  private void close(RuntimeConnection connection) throws Exception {
    close("close()", connection);
  }

  private void close(String call, AutoCloseable closing) throws Exception {
    calls.within(
        SECOND,
        call,
        () -> {
          closing.close();
          return null;
        });
  }

  private void closeIsRepeatable(RuntimeConnection connection) throws Exception {
    close(connection);
    close("a second close()", connection);
  }

  private void afterCloseCallsFail(RuntimeConnection connection, InstanceWatch watch)
      throws Exception {
    expect(IOException.class, "listInstances() after close()", connection::listInstances);
    expect(IOException.class, "take() after close()", watch::take);
    RuntimeConnection unwatched = connect();
    close(unwatched);
    expect(IOException.class, "watch() after close()", unwatched::watch);
  }

  /** A pool or a class takes something once; a leak grows with each round. */
  private void closeLeavesNothing() throws Exception {
    for (RuntimeConnection connection : opened) {
      close(connection);
    }
    boolean threads = true;
    boolean descriptors = true;
    Set<String> left = Set.of();
    for (int round = 0; round < ROUNDS; round++) {
      int before = descriptors();
      Set<String> others = calls.startedThreads();
      RuntimeConnection connection = connect();
      calls.answer(patience, "listInstances()", connection::listInstances);
      read(calls.answer(patience, "watch()", connection::watch));
      close(connection);
      long giveUp = System.nanoTime() + SECOND.toNanos();
      left = threadsBut(others);
      while ((descriptors() > before || !left.isEmpty()) && System.nanoTime() < giveUp) {
        Thread.sleep(10); // nothing signals that another's thread has ended
        left = threadsBut(others);
      }
      threads &= !left.isEmpty();
      descriptors &= descriptors() > before;
    }
    require(!threads, "each connection left a thread after close(), lastly " + left);
    require(!descriptors, "each connection left a descriptor open after close()");
  }

  private Set<String> threadsBut(Set<String> others) {
    Set<String> left = calls.startedThreads();
    left.removeAll(others);
    return left;
  }

  /** Returns how many are open; always 0 where the operating system does not list them. */
  private static int descriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }
}
