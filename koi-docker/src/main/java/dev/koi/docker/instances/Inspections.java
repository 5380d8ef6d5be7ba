package dev.koi.docker.instances;

import dev.koi.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The inspections of one list, several at a time. Those that hang cost one bounded wait, however
 * many they are.
 */
final class Inspections implements AutoCloseable {

  private static final int LATER_WAITS = 10;

  private final Duration patience;
  private final List<Inspection> all = new ArrayList<>();
  private final Set<Inspection> running = ConcurrentHashMap.newKeySet();
  private final CountDownLatch unfinished;
  private volatile long lastEnd = System.nanoTime(); // of an inspection, or of a wait for one

  /**
   * Begins to inspect.
   *
   * @param patience how long to wait in all while no inspection ends
   */
  Inspections(
      Collection<String> ids,
      Function<String, Callable<Optional<Instance>>> inspection,
      Executor executor,
      Duration patience) {
    this.patience = patience;
    unfinished = new CountDownLatch(ids.size());
    for (String id : ids) {
      Inspection next = new Inspection(id, inspection.apply(id));
      all.add(next);
      executor.execute(next);
    }
  }

  /**
   * Returns what the inspections have shown. A container whose inspection hangs is missing, and so
   * may be others if very many hang.
   *
   * <p>Half of the patience is for the first wait. It ends the inspections that run then, and makes
   * room for others, for which the waits are short.
   */
  Map<String, Optional<Instance>> results() throws InterruptedException, ExecutionException {
    long left = patience.toNanos();
    long wait = left / 2;
    while (left > 0 && !unfinished.await(untilNoneHasEndedFor(wait), TimeUnit.NANOSECONDS)) {
      if (untilNoneHasEndedFor(wait) <= 0) {
        left -= wait;
        wait = Math.min(left, patience.toNanos() / 2 / LATER_WAITS);
        lastEnd = System.nanoTime();
        running.forEach(Inspection::abandon);
      }
    }
    Map<String, Optional<Instance>> results = new HashMap<>();
    for (Inspection inspection : all) {
      if (inspection.isDone() && !inspection.abandoned) {
        results.put(inspection.id, inspection.get());
      }
    }
    return results;
  }

  /** Returns nanoseconds. Not each end wakes the caller: that would cost as much as inspecting. */
  private long untilNoneHasEndedFor(long wait) {
    return lastEnd + wait - System.nanoTime();
  }

  /** Ends all that still run. */
  @Override
  public void close() {
    all.forEach(inspection -> inspection.cancel(true));
  }

  private final class Inspection extends FutureTask<Optional<Instance>> {
    private final String id;
    private volatile boolean abandoned;

    Inspection(String id, Callable<Optional<Instance>> inspection) {
      super(inspection);
      this.id = id;
    }

    @Override
    public void run() {
      running.add(this);
      try {
        super.run();
      } finally {
        running.remove(this);
      }
    }

    void abandon() {
      abandoned = true;
      cancel(true);
    }

    @Override
    protected void done() {
      lastEnd = System.nanoTime();
      unfinished.countDown();
    }
  }
}
