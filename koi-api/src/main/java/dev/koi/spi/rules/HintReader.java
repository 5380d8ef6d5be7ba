package dev.koi.spi.rules;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A thread that takes every hint of a watch, and remembers when each came last. */
public final class HintReader {

  /** Something to do with a hint before the next is taken. */
  @FunctionalInterface
  public interface Look {
    /**
     * Does it.
     *
     * @param hint the hint
     * @throws Exception ends the reader
     */
    void at(ChangeHint hint) throws Exception;
  }

  private final InstanceWatch watch;
  private final Look look;
  private final Duration patience;
  private final Duration quiet;
  private final Thread thread;
  private final Map<ChangeHint, Integer> lastCame = new HashMap<>(); // guarded by this
  private int count; // guarded by this
  private Throwable end; // why no more hints will come, null while they may; guarded by this
  private boolean interruptKept; // guarded by this

  /**
   * Starts to take hints from a watch, and to look at each.
   *
   * @param watch the watch
   * @param look what to do with each hint
   * @param calls starts the thread
   * @param patience how long to wait for a hint that must come
   * @param quiet how long no hint comes when all have come
   */
  public HintReader(
      InstanceWatch watch, Look look, TimedCalls calls, Duration patience, Duration quiet) {
    this.watch = watch;
    this.look = look;
    this.patience = patience;
    this.quiet = quiet;
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

  /** {@return how many hints have come} */
  public synchronized int count() {
    return count;
  }

  /**
   * {@return whether a hint for an instance, or for everything, has come}
   *
   * @param id the instance's
   * @param after how many hints not to look at
   */
  public synchronized boolean came(String id, int after) {
    return lastCame.getOrDefault(ChangeHint.instance(id), 0) > after || everythingCame(after);
  }

  /**
   * {@return whether a hint for everything has come}
   *
   * @param after how many hints not to look at
   */
  public synchronized boolean everythingCame(int after) {
    return lastCame.getOrDefault(ChangeHint.everything(), 0) > after;
  }

  /** {@return whether take has thrown} */
  public synchronized boolean ended() {
    return end != null;
  }

  /**
   * Requires that take has not thrown.
   *
   * @param after what has happened, for the message
   * @throws AssertionError if it has
   */
  public synchronized void requireNotEnded(String after) {
    if (end != null) {
      throw new AssertionError("take() ended with %s after %s".formatted(end, after), end);
    }
  }

  /**
   * Waits for a hint for an instance, or for everything.
   *
   * @param id the instance's
   * @param after how many hints not to look at
   * @param change what has happened to it, for the message
   * @throws InterruptedException if this thread is interrupted
   * @throws AssertionError if none comes
   */
  public synchronized void expectHint(String id, int after, String change)
      throws InterruptedException {
    await(patience, () -> came(id, after) || ended());
    if (came(id, after)) {
      return;
    }
    requireNotEnded("%s %s, without a hint for it".formatted(id, change));
    throw new AssertionError(
        "no hint came within %d ms for %s, which %s; others that came: %s"
            .formatted(patience.toMillis(), id, change, lately(after)));
  }

  /** Returns some of what has come after that many, for a message. */
  private List<ChangeHint> lately(int after) {
    return lastCame.keySet().stream().filter(hint -> lastCame.get(hint) > after).limit(5).toList();
  }

  /**
   * Waits until {@code take} throws.
   *
   * @param limit how long to wait
   * @param cause what should end it, for the message
   * @return what it threw
   * @throws InterruptedException if this thread is interrupted
   * @throws AssertionError if it does not end
   */
  public synchronized Throwable expectEnd(Duration limit, String cause)
      throws InterruptedException {
    if (!await(limit, this::ended)) {
      throw new AssertionError(
          "a blocked take() did not end within %d ms after %s".formatted(limit.toMillis(), cause),
          TimedCalls.placeOf(thread));
    }
    return end;
  }

  /**
   * Waits until no hints come for a while.
   *
   * @return how many there were
   * @throws InterruptedException if this thread is interrupted
   */
  public int settle() throws InterruptedException {
    long giveUp = System.nanoTime() + quiet.multipliedBy(5).toNanos();
    int before;
    do {
      before = count();
      await(quiet, () -> false);
    } while (count() != before && System.nanoTime() < giveUp);
    return before;
  }

  /**
   * Waits until a condition holds that hints bring about.
   *
   * @param limit how long to wait
   * @param condition is tested at each hint
   * @return whether it holds
   * @throws InterruptedException if this thread is interrupted
   */
  public synchronized boolean await(Duration limit, BooleanSupplier condition)
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

  /** Interrupts the thread that takes. */
  public void interrupt() {
    thread.interrupt();
  }

  /** {@return whether the thread was still marked as interrupted when take threw} */
  public synchronized boolean interruptKept() {
    return interruptKept;
  }
}
