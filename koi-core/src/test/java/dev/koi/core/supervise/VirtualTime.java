package dev.koi.core.supervise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** Time that passes only when somebody waits for it, and then at once. Thread-safe. */
final class VirtualTime implements Timekeeper {

  private final TreeMap<Long, List<Runnable>> tasks = new TreeMap<>(); // guarded by this
  private final List<Duration> pauses = new ArrayList<>(); // guarded by this
  private Error refusal; // of the next task; null if it is taken; guarded by this
  private long now = Duration.ofDays(1).toNanos(); // guarded by this

  @Override
  public synchronized long now() {
    return now;
  }

  @Override
  public void pause(Duration pause, CountDownLatch end) {
    if (end.getCount() > 0) {
      synchronized (this) {
        pauses.add(pause);
      }
      pass(pause);
    }
  }

  /** Returns the pauses that were made. */
  synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  @Override
  public synchronized void after(Duration pause, Runnable task) {
    if (refusal != null) {
      Error thrown = refusal;
      refusal = null;
      throw thrown;
    }
    tasks.computeIfAbsent(now + pause.toNanos(), when -> new ArrayList<>()).add(task);
  }

  /** Throws this when the next task is to be run later. */
  synchronized void refuseTasks(Error refusal) {
    this.refusal = refusal;
  }

  /** Lets so much time pass, and runs what comes due. */
  void pass(Duration duration) {
    long until = now() + duration.toNanos();
    for (List<Runnable> due = nextUntil(until); !due.isEmpty(); due = nextUntil(until)) {
      due.forEach(Runnable::run);
    }
  }

  private synchronized List<Runnable> nextUntil(long until) {
    Map.Entry<Long, List<Runnable>> first = tasks.firstEntry();
    if (first == null || first.getKey() > until) {
      now = Math.max(now, until);
      return List.of();
    }
    now = Math.max(now, first.getKey());
    return tasks.pollFirstEntry().getValue();
  }
}
