package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * How the process ends: with a command's exit code; with 0 at a signal during a command that runs
 * until then; with a failure if a backend calls {@link System#exit}.
 */
final class ProcessEnd {

  private static final Set<String> EXITS = Set.of("java.lang.System", "java.lang.Runtime");
  private static final Duration MAX_CLOSE = Duration.ofMillis(700);

  private final Console console;
  private volatile boolean ending; // by exit()
  private volatile List<AutoCloseable> atSignal = List.of(); // empty: a signal is a failure
  private volatile Duration maxClose = MAX_CLOSE;

  ProcessEnd(Console console) {
    this.console = console;
  }

  /** Handles the end of this process from now on. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "koi-end"));
  }

  void exit(int code) {
    ending = true;
    System.exit(code);
  }

  /** As the method below; closing takes at most {@code patience}. */
  void awaitOrSignal(CountDownLatch done, Duration patience, List<AutoCloseable> closing)
      throws InterruptedException {
    maxClose = patience;
    awaitOrSignal(done, closing);
  }

  /** Waits until {@code done}; a signal meanwhile closes what is given, and is a success. */
  void awaitOrSignal(CountDownLatch done, List<AutoCloseable> closing) throws InterruptedException {
    atSignal = closing;
    done.await();
    atSignal = List.of();
  }

  private void shutDown() {
    if (ending) {
      return;
    }
    String culprit = callerOfExit(Thread.getAllStackTraces());
    if (!culprit.isEmpty()) {
      console.message("koi: " + culprit + " called System.exit, which ends Koi");
      Runtime.getRuntime().halt(ExitCode.FAILURE);
    }
    if (!atSignal.isEmpty()) {
      Thread thread = new Thread(this::close, "koi-close");
      thread.setDaemon(true);
      thread.start();
      try {
        thread.join(maxClose.toMillis()); // a full pipe could block it for ever
      } catch (InterruptedException e) {
        // then without waiting
      }
      Runtime.getRuntime().halt(ExitCode.OK);
    }
  }

  private void close() {
    for (AutoCloseable each : atSignal) {
      try {
        each.close();
      } catch (Exception e) {
        console.message("koi: " + e);
      }
    }
  }

  /** Returns the method that called {@code exit}; empty if none did, as after a signal. */
  private static String callerOfExit(Map<Thread, StackTraceElement[]> threads) {
    for (StackTraceElement[] frames : threads.values()) {
      for (int i = 1; i < frames.length; i++) {
        boolean exit = frames[i - 1].getMethodName().equals("exit");
        if (exit
            && EXITS.contains(frames[i - 1].getClassName())
            && !EXITS.contains(frames[i].getClassName())) {
          return frames[i].getClassName() + "." + frames[i].getMethodName();
        }
      }
    }
    return "";
  }
}
