package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendReconnected;
import dev.koi.RuntimeEvent.InstanceEvent;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Handles events on a few threads: those of one instance in order, one at a time. Events that
 * arrive for an instance while one is handled merge into one, or into none if they cancel out.
 */
final class ExecQueue implements AutoCloseable {

  private static final int THREADS = 8;

  private final Consumer<RuntimeEvent> handler;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "koi-exec");
            thread.setDaemon(true);
            return thread;
          });

  /** By instance or backend, for each that is being handled: the next event, or null. */
  private final Map<String, RuntimeEvent> next = new HashMap<>(); // guarded by this

  ExecQueue(Consumer<RuntimeEvent> handler) {
    this.handler = handler;
  }

  synchronized void put(RuntimeEvent event) {
    String key = key(event);
    boolean handling = next.containsKey(key);
    RuntimeEvent waiting = next.get(key);
    next.put(key, waiting == null ? event : merged(waiting, event));
    if (!handling) {
      threads.execute(() -> handleAll(key));
    }
  }

  private void handleAll(String key) {
    for (RuntimeEvent event = take(key); event != null; event = take(key)) {
      handler.accept(event);
    }
  }

  private synchronized RuntimeEvent take(String key) {
    RuntimeEvent event = next.get(key);
    if (event == null) {
      next.remove(key);
    } else {
      next.put(key, null);
    }
    return event;
  }

  private static String key(RuntimeEvent event) {
    Instance instance = instance(event);
    return event.backend() + (instance == null ? "" : "/" + instance.id());
  }

  /** Returns the instance that an event is about; null for an event of a backend. */
  static Instance instance(RuntimeEvent event) {
    return event instanceof InstanceEvent change ? change.instance() : null;
  }

  private static Instance before(RuntimeEvent event) {
    if (event instanceof Stopped stopped) {
      return stopped.instance();
    }
    return event instanceof Updated updated ? updated.previous() : null;
  }

  private static Instance after(RuntimeEvent event) {
    return event instanceof Stopped ? null : instance(event);
  }

  /** Returns one event for two of the same instance or backend; null if nothing has changed. */
  static RuntimeEvent merged(RuntimeEvent first, RuntimeEvent second) {
    Instance before = before(first);
    Instance after = after(second);
    if (second instanceof BackendDisconnected || second instanceof BackendReconnected) {
      return first.getClass() == second.getClass() ? second : null;
    } else if (before == null) {
      return after == null
          ? null
          : new Started(second.backend(), second.time(), second.sequence(), after);
    } else if (after == null) {
      return second;
    }
    List<String> changed = before.changedFields(after);
    return changed.isEmpty()
        ? null
        : new Updated(second.backend(), second.time(), second.sequence(), before, after, changed);
  }

  /** Interrupts the handlers, and starts none any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
