package dev.koi.testkit.internal;

import dev.koi.spi.rules.TimedCalls;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether calls into a backend end when their thread is interrupted, and keep the interrupt. */
final class InterruptCheck {

  private final TimedCalls calls;
  private final WaitTimes times;

  InterruptCheck(Trial trial) {
    this.calls = trial.calls();
    this.times = trial.times();
  }

  /** Makes a call on a thread that has been interrupted already. */
  void before(String call, Callable<?> body) throws Exception {
    Callable<String> interrupted =
        () -> {
          Thread.currentThread().interrupt();
          return complaint(call, body);
        };
    requireNone(calls.within(times.second(), call + ", interrupted,", interrupted));
  }

  /** Interrupts a call that hangs; returns false if it did not hang. */
  boolean during(String call, Callable<?> body) throws Exception {
    FutureTask<String> task = new FutureTask<>(() -> complaint(call, body));
    Thread thread = calls.start(call, task);
    try {
      task.get(times.quiet().toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException e) {
      thread.interrupt();
    }
    try {
      requireNone(task.get(times.second().toMillis(), TimeUnit.MILLISECONDS));
      return true;
    } catch (TimeoutException e) {
      throw new AssertionError(
          "%s waited for a frozen runtime, and did not end within %d ms after an interrupt"
              .formatted(call, times.second().toMillis()),
          TimedCalls.placeOf(thread));
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

  private static void requireNone(String complaint) {
    if (!complaint.isEmpty()) {
      throw new AssertionError(complaint);
    }
  }
}
