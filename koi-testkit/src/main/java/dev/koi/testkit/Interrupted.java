package dev.koi.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls into a backend whose thread is interrupted, which must not be lost (T-2). */
final class Interrupted {

  private Interrupted() {}

  /** Makes a call on a thread that has been interrupted already. */
  static void before(String call, Timing timing, Callable<?> body) throws Exception {
    Guard.within(
        timing.second(),
        "interrupted " + call,
        () -> {
          Thread.currentThread().interrupt();
          return requireTold(call, body);
        });
  }

  /** Interrupts a call that hangs; returns false if it did not hang. */
  static boolean during(String call, Timing timing, Callable<?> body) throws Exception {
    FutureTask<Boolean> task = new FutureTask<>(() -> requireTold(call, body));
    Thread thread = Guard.thread(call, task);
    if (ended(task, timing.quiet())) {
      return false;
    }
    thread.interrupt();
    if (!ended(task, timing.second())) {
      throw new AssertionError(
          "%s waited for a frozen runtime, and did not end within %d ms after an interrupt"
              .formatted(call, timing.second().toMillis()),
          Guard.placeOf(thread));
    }
    return task.get();
  }

  private static boolean ended(FutureTask<?> task, Duration limit) throws Exception {
    try {
      task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    }
    return true;
  }

  private static boolean requireTold(String call, Callable<?> body) throws Exception {
    String outcome = "returned";
    try {
      body.call();
    } catch (InterruptedException e) {
      return true;
    } catch (IOException e) {
      outcome = "threw " + e;
    }
    if (!Thread.currentThread().isInterrupted()) {
      throw new AssertionError(
          "the interrupt was lost: %s %s, and its thread was not marked any more"
              .formatted(call, outcome));
    }
    return true;
  }
}
