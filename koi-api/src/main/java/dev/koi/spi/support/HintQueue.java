package dev.koi.spi.support;

import static java.util.Objects.requireNonNull;

import dev.koi.spi.ChangeHint;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The hints of one watch between the thread that reads the runtime's events and the thread that
 * calls {@link dev.koi.spi.InstanceWatch#take}. Adding never blocks. An id that is already queued
 * is not queued again, so memory grows with the number of instances and not with the number of
 * events (rule W-5); more than 1,000 ids become one hint for everything. Thread-safe.
 */
public final class HintQueue {

  private static final int MAX_IDS = 1000;

  private final Object lock = new Object();
  private final Set<String> ids = new LinkedHashSet<>(); // guarded by lock
  private boolean everything; // guarded by lock
  private IOException failure; // guarded by lock

  /** Makes an empty queue. */
  public HintQueue() {}

  /**
   * Queues a hint that one instance may have changed.
   *
   * @param id the instance's
   */
  public void add(String id) {
    requireNonNull(id, "id");
    synchronized (lock) {
      if (!everything && ids.add(id) && ids.size() > MAX_IDS) {
        ids.clear();
        everything = true;
      }
      lock.notifyAll();
    }
  }

  /** Queues a hint that anything may have changed. It replaces the ids that are queued. */
  public void addEverything() {
    synchronized (lock) {
      ids.clear();
      everything = true;
      lock.notifyAll();
    }
  }

  /**
   * Ends the queue: every later {@link #take} throws, and a blocked one is released. Hints that are
   * still queued are dropped, because after a loss Koi lists everything anyway. The first reason
   * stays.
   *
   * @param reason why the watch has ended: the runtime was lost, or the watch was closed
   */
  public void fail(IOException reason) {
    requireNonNull(reason, "reason");
    synchronized (lock) {
      if (failure == null) {
        failure = reason;
      }
      lock.notifyAll();
    }
  }

  /**
   * Returns normally if the queue has not ended.
   *
   * @throws IOException the reason given to {@link #fail}
   */
  public void throwIfFailed() throws IOException {
    synchronized (lock) {
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
    }
  }

  /**
   * Removes the oldest hint. Blocks until there is one.
   *
   * @return the hint
   * @throws IOException the reason given to {@link #fail}, once it was called
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public ChangeHint take() throws IOException, InterruptedException {
    synchronized (lock) {
      while (failure == null && !everything && ids.isEmpty()) {
        lock.wait();
      }
      throwIfFailed();
      if (everything) {
        everything = false;
        return ChangeHint.everything();
      }
      Iterator<String> oldest = ids.iterator();
      ChangeHint hint = ChangeHint.instance(oldest.next());
      oldest.remove();
      return hint;
    }
  }
}
