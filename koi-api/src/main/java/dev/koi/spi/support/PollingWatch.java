package dev.koi.spi.support;

import static java.util.Objects.requireNonNull;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A watch for a runtime that reports no changes. After each pause it checks that the runtime still
 * answers, and then returns a hint for everything, so that Koi lists. Thread-safe.
 *
 * <p>It keeps these rules: no change is missed, also one of an instance that starts and ends
 * between two checks (W-1, W-2, W-5, W-7); it returns at most two hints a second (W-4); the first
 * failed check ends it for good, even if the runtime comes back (W-6); close releases a blocked
 * {@code take}, and so does an interrupt (T-2). It has no thread of its own.
 */
public final class PollingWatch implements InstanceWatch {

  /** Asks the runtime something, and throws if it does not answer. */
  @FunctionalInterface
  public interface Check {
    /**
     * Asks the runtime.
     *
     * @throws Exception if the runtime is lost; any exception but InterruptedException ends the
     *     watch
     */
    void ask() throws Exception;
  }

  private static final Duration SHORTEST = Duration.ofMillis(500);

  private final long pause;
  private final Check check;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile IOException lost; // null while the runtime has answered every check

  /**
   * Makes a watch, which is live at once.
   *
   * @param pause between two hints, at least 500 ms
   * @param check runs on the thread that calls {@link #take}, such as {@code this::listInstances}
   */
  public PollingWatch(Duration pause, Check check) {
    if (pause.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("pause must be at least 500 ms but was " + pause);
    }
    this.pause = pause.toNanos();
    this.check = requireNonNull(check, "check");
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    if (lost == null && !closed.await(pause, TimeUnit.NANOSECONDS)) {
      try {
        check.ask();
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        lost = Failures.asIOException(e);
      }
    }
    if (lost != null) {
      throw new IOException(lost.getMessage(), lost);
    }
    if (closed.getCount() == 0) {
      throw new IOException("the watch is closed");
    }
    return ChangeHint.everything();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
