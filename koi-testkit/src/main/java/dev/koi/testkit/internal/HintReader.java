package dev.koi.testkit.internal;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A thread that takes every hint of a watch, and remembers when each came last. */
final class HintReader {

  /** Something to do with a hint before the next is taken. */
  @FunctionalInterface
  interface Look {
    void at(ChangeHint hint) throws Exception;
  }

  private final InstanceWatch watch;
  private final Look look;
  private final WaitTimes times;
  private final Thread thread;
  private final Map<ChangeHint, Integer> lastCame = new HashMap<>(); // guarded by this
  private int count; // guarded by this
  private Throwable end; // why no more hints will come, null while they may; guarded by this
  private boolean interruptKept; // guarded by this

  /** Starts to take hints from a watch, and to look at each. */
  HintReader(InstanceWatch watch, Look look, TimedCalls calls, WaitTimes times) {
    this.watch = watch;
    this.look = look;
    this.times = times;
    this.thread = calls.start("take", this::read);
  }

  private void read() {
    try {
      while (true) {
        ChangeHint hint = watch.take();
        if (hint == null) {
          throw new AssertionError("take() returned null");
        }
        look.at(hint);
        came(hint);
      }
    } catch (Throwable e) {
      ended(e);
    }
  }

  private synchronized void came(ChangeHint hint) {
    lastCame.put(hint, ++count);
    notifyAll();
  }

  private synchronized void ended(Throwable cause) {
    end = cause;
    interruptKept = Thread.currentThread().isInterrupted();
    notifyAll();
  }

  /** Returns how many hints have come. */
  synchronized int count() {
    return count;
  }

  /** Returns whether a hint for that instance, or for everything, has come after that many. */
  synchronized boolean came(String id, int after) {
    return lastCame.getOrDefault(ChangeHint.instance(id), 0) > after || everythingCame(after);
  }

  synchronized boolean everythingCame(int after) {
    return lastCame.getOrDefault(ChangeHint.everything(), 0) > after;
  }

  /** Returns whether take has thrown. */
  synchronized boolean ended() {
    return end != null;
  }

  synchronized void requireNotEnded(String after) {
    if (end != null) {
      throw new AssertionError("take() ended with %s after %s".formatted(end, after), end);
    }
  }

  /** Waits for a hint for that instance, or for everything, after that many. */
  synchronized void expectHint(String id, int after, String change) throws InterruptedException {
    await(times.patience(), () -> came(id, after) || ended());
    if (came(id, after)) {
      return;
    }
    requireNotEnded("%s %s, without a hint for it".formatted(id, change));
    throw new AssertionError(
        "no hint came within %d ms for %s, which %s; others that came: %s"
            .formatted(times.patience().toMillis(), id, change, lately(after)));
  }

  /** Returns some of what has come after that many, for a message. */
  private List<ChangeHint> lately(int after) {
    return lastCame.keySet().stream().filter(hint -> lastCame.get(hint) > after).limit(5).toList();
  }

  /** Waits until {@code take} throws, and returns what it threw. */
  synchronized Throwable expectEnd(Duration limit, String cause) throws InterruptedException {
    if (!await(limit, this::ended)) {
      throw new AssertionError(
          "a blocked take() did not end within %d ms after %s".formatted(limit.toMillis(), cause),
          TimedCalls.placeOf(thread));
    }
    return end;
  }

  /** Waits until no hints come for a while, and returns how many there were. */
  int settle() throws InterruptedException {
    long giveUp = System.nanoTime() + times.quiet().multipliedBy(5).toNanos();
    int before;
    do {
      before = count();
      await(times.quiet(), () -> false);
    } while (count() != before && System.nanoTime() < giveUp);
    return before;
  }

  /** Waits until a condition holds that hints bring about, and returns whether it does. */
  synchronized boolean await(Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long giveUp = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      long left = giveUp - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return true;
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Returns whether the thread was still marked as interrupted when take threw. */
  synchronized boolean interruptKept() {
    return interruptKept;
  }
}
