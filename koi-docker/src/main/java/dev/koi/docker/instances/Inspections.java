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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
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
  private final BlockingQueue<Inspection> finished = new LinkedBlockingQueue<>();

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
    Map<String, Optional<Instance>> results = new HashMap<>();
    long left = patience.toNanos();
    long wait = left / 2;
    for (int ended = 0; ended < all.size() && left > 0; ) {
      Inspection next = finished.poll(wait, TimeUnit.NANOSECONDS);
      if (next == null) {
        left -= wait;
        wait = Math.min(left, patience.toNanos() / 2 / LATER_WAITS);
        running.forEach(Inspection::abandon);
        continue;
      }
      ended++;
      if (!next.abandoned) {
        results.put(next.id, next.get());
      }
    }
    return results;
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
      finished.add(this);
    }
  }
}
