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
    requireTold(
        Guard.within(
            timing.second(),
            call + ", interrupted,",
            () -> {
              Thread.currentThread().interrupt();
              return complaint(call, body);
            }));
  }

  /** Interrupts a call that hangs; returns false if it did not hang. */
  static boolean during(String call, Timing timing, Callable<?> body) throws Exception {
    FutureTask<String> task = new FutureTask<>(() -> complaint(call, body));
    Thread thread = Guard.thread(call, task);
    if (ends(task, timing.quiet())) {
      return false;
    }
    thread.interrupt();
    if (!ends(task, timing.second())) {
      throw new AssertionError(
          "%s waited for a frozen runtime, and did not end within %d ms after an interrupt"
              .formatted(call, timing.second().toMillis()),
          Guard.placeOf(thread));
    }
    requireTold(task.get());
    return true;
  }

  private static boolean ends(FutureTask<?> task, Duration limit) throws Exception {
    try {
      task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Makes a call and returns what is wrong with its end if it was interrupted, or nothing. */
  private static String complaint(String call, Callable<?> body) {
    String end = "returned";
    try {
      body.call();
    } catch (InterruptedException e) {
      return "";
    } catch (IOException e) {
      end = "threw " + e;
    } catch (Exception | Error e) {
      return call + " threw " + e + " when it was interrupted";
    }
    return Thread.currentThread().isInterrupted() ? "" : call + " lost the interrupt and " + end;
  }

  private static void requireTold(String complaint) {
    if (!complaint.isEmpty()) {
      throw new AssertionError(complaint);
    }
  }
}
