package dev.koi.core.supervise;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The clock of the attempts to connect. In a test, two days pass in a moment. */
interface Timekeeper {

  /** Real time. */
  Timekeeper REAL =
      new Timekeeper() {
        @Override
        public long now() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration pause, CountDownLatch end) throws InterruptedException {
          end.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void after(Duration pause, Runnable task) {
          // Without a pool in between, which an application may keep busy.
          CompletableFuture<Void> due = new CompletableFuture<>();
          due.thenRun(task);
          due.completeOnTimeout(null, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
      };

  /** Returns the moment, in nanoseconds, to be compared with another. */
  long now();

  /** Waits so long, or until the latch has counted down. */
  void pause(Duration pause, CountDownLatch end) throws InterruptedException;

  /** Runs a short task so much later, on another thread. */
  void after(Duration pause, Runnable task);
}
