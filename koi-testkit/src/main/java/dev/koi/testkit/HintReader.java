package dev.koi.testkit;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A thread that takes every hint of a watch, and remembers when it last heard each. */
final class HintReader {

  /** Something to do with a hint before the next is taken. */
  @FunctionalInterface
  interface Look {
    void at(ChangeHint hint) throws Exception;
  }

  private final InstanceWatch watch;
  private final Look look;
  private final Timing timing;
  private final Thread thread;
  private final Map<ChangeHint, Integer> lastHeard = new HashMap<>(); // guarded by this
  private int count; // guarded by this
  private Throwable end; // why no more hints will come, null while they may; guarded by this
  private boolean interruptKept; // guarded by this

  /** Starts to take hints from a watch, and to look at each. */
  HintReader(InstanceWatch watch, Look look, Timing timing) {
    this.watch = watch;
    this.look = look;
    this.timing = timing;
    this.thread = Guard.thread("take", this::read);
  }

  private void read() {
    try {
      while (true) {
        ChangeHint hint = watch.take();
        if (hint == null) {
          throw new AssertionError("take() returned null");
        }
        look.at(hint);
        heard(hint);
      }
    } catch (Throwable e) {
      ended(e);
    }
  }

  private synchronized void heard(ChangeHint hint) {
    lastHeard.put(hint, ++count);
    notifyAll();
  }

  private synchronized void ended(Throwable cause) {
    end = cause;
    interruptKept = Thread.currentThread().isInterrupted();
    notifyAll();
  }

  /** Returns how many hints have been heard. */
  synchronized int count() {
    return count;
  }

  /** Returns whether a hint for that instance, or for everything, has come after that many. */
  synchronized boolean heard(String id, int after) {
    return lastHeard.getOrDefault(ChangeHint.instance(id), 0) > after || heardEverything(after);
  }

  synchronized boolean heardEverything(int after) {
    return lastHeard.getOrDefault(ChangeHint.everything(), 0) > after;
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
    await(timing.patience(), () -> heard(id, after) || ended());
    if (heard(id, after)) {
      return;
    }
    requireNotEnded("%s %s, without a hint for it".formatted(id, change));
    throw new AssertionError(
        "no hint came within %d ms for %s, which %s; others that came: %s"
            .formatted(timing.patience().toMillis(), id, change, lately(after)));
  }

  /** Returns some of what has come after that many, for a message. */
  private List<ChangeHint> lately(int after) {
    return lastHeard.keySet().stream()
        .filter(hint -> lastHeard.get(hint) > after)
        .limit(5)
        .toList();
  }

  /** Waits until {@code take} throws, and returns what it threw. */
  synchronized Throwable expectEnd(Duration limit, String cause) throws InterruptedException {
    if (!await(limit, this::ended)) {
      throw new AssertionError(
          "a blocked take() did not end within %d ms after %s".formatted(limit.toMillis(), cause),
          Guard.placeOf(thread));
    }
    return end;
  }

  /** Waits until no hints come for a while, and returns how many there were. */
  int settle() throws InterruptedException {
    long giveUp = System.nanoTime() + timing.quiet().multipliedBy(5).toNanos();
    int before;
    do {
      before = count();
      await(timing.quiet(), () -> false);
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
