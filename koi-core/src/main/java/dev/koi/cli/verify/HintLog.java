package dev.koi.cli.verify;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A thread that takes every hint of a watch. */
final class HintLog {

  private final Thread thread;
  private final List<ChangeHint> hints = new ArrayList<>(); // guarded by this
  private Throwable end; // what take threw; guarded by this
  private boolean interrupted; // the thread's flag at that moment; guarded by this

  HintLog(InstanceWatch watch, GuardedCalls calls) {
    thread = calls.start("take", () -> read(watch));
  }

  private void read(InstanceWatch watch) {
    try {
      while (true) {
        ChangeHint hint = watch.take();
        if (hint == null) {
          throw new BrokenRule("take() returned null");
        }
        synchronized (this) {
          hints.add(hint);
        }
      }
    } catch (Throwable e) { // a stranger's code may throw anything
      synchronized (this) {
        end = e;
        interrupted = Thread.currentThread().isInterrupted();
        notifyAll();
      }
    }
  }

  synchronized int count() {
    return hints.size();
  }

  /** Returns whether a hint for that instance, or for everything, has come after that many. */
  synchronized boolean hasHint(String id, int after) {
    List<ChangeHint> later = hints.subList(after, hints.size());
    return later.contains(ChangeHint.instance(id)) || later.contains(ChangeHint.everything());
  }

  void interrupt() {
    thread.interrupt();
  }

  synchronized boolean wasInterrupted() {
    return interrupted;
  }

  synchronized void requireRunning() throws BrokenRule {
    if (end != null) {
      throw new BrokenRule("take() ended while the runtime was connected: " + end);
    }
  }

  /** Waits until take throws, and returns what it threw. */
  synchronized Throwable awaitEnd(Duration limit, String cause)
      throws BrokenRule, InterruptedException {
    long giveUp = System.nanoTime() + limit.toNanos();
    while (end == null) {
      long left = (giveUp - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new BrokenRule(
            "a blocked take() did not end within %d ms after %s"
                .formatted(limit.toMillis(), cause));
      }
      wait(left);
    }
    return end;
  }
}
