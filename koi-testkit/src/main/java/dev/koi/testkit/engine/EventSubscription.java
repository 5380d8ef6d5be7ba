package dev.koi.testkit.engine;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The events on their way to one stream. Thread-safe. */
final class EventSubscription {
  private final Filters filter;
  private final LinkedBlockingQueue<List<EngineEvent>> queue;
  private volatile boolean ended;

  EventSubscription(Filters filter, int capacity) {
    this.filter = filter;
    this.queue = new LinkedBlockingQueue<>(capacity);
  }

  /** Passes on what the filter lets through; lost if there is no room before the deadline. */
  void offer(List<EngineEvent> events, long deadlineNanoTime) {
    List<EngineEvent> wanted = events.stream().filter(filter::matches).toList();
    if (wanted.isEmpty() || queue.offer(wanted)) {
      return;
    }
    try {
      var unused = queue.offer(wanted, deadlineNanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next events in order; empty when the time is over or the stream is to end. */
  List<EngineEvent> take(long timeoutNanos) throws InterruptedException {
    if (ended) {
      return List.of();
    }
    List<EngineEvent> events = queue.poll(timeoutNanos, TimeUnit.NANOSECONDS);
    return events == null || ended ? List.of() : events;
  }

  /** Ends the stream before whatever is still queued. */
  void end() {
    ended = true;
    queue.clear();
    queue.offer(List.of());
  }
}
