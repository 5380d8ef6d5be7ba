package dev.koi.testkit.engine;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The past events and the open subscriptions. Docker remembers the last 256 events; a full
 * subscription slows every command by 100 ms and then loses the event. Podman keeps a log file of
 * about 3000 events and never waits for a subscription. Thread-safe.
 */
final class EventLog {
  private static final int DOCKER_RING = 256;
  private static final int DOCKER_BUFFER = 1024;
  private static final int PODMAN_LOG = 3000;

  private final boolean podman;
  private final ArrayDeque<SentEvent> kept = new ArrayDeque<>(); // guarded by this
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  EventLog(Dialect dialect) {
    this.podman = dialect.podman();
  }

  synchronized void append(SentEvent event) {
    kept.add(event);
    if (kept.size() > (podman ? PODMAN_LOG : DOCKER_RING)) {
      kept.remove();
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
    subscriptions.forEach(subscription -> subscription.offer(event, deadline));
  }

  /** Subscribes. Kept events since then, in nanoseconds since the epoch, come first. */
  synchronized Subscription subscribe(Filters filters, long since) {
    Subscription subscription = new Subscription(filters);
    kept.stream().filter(e -> e.timeNano() >= since).forEach(e -> subscription.offer(e, 0));
    subscriptions.add(subscription);
    return subscription;
  }

  /** Ends all subscriptions. */
  void cut() {
    subscriptions.forEach(Subscription::close);
  }

  /** Ends each subscription after its queued events, or after half a second. */
  void finish() {
    subscriptions.forEach(subscription -> subscription.queue.offer(SentEvent.END));
    for (int i = 0; i < 500 && !subscriptions.isEmpty(); i++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  int subscribers() {
    return subscriptions.size();
  }

  /** The events on their way to one stream. */
  final class Subscription implements AutoCloseable {
    private final Filters filters;
    private final LinkedBlockingQueue<SentEvent> queue =
        new LinkedBlockingQueue<>(podman ? Integer.MAX_VALUE : DOCKER_BUFFER);

    private Subscription(Filters filters) {
      this.filters = filters;
    }

    private void offer(SentEvent event, long deadline) {
      try {
        if (filters.matches(event)) {
          var unused = queue.offer(event, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Waits for the next event. */
    SentEvent take() throws InterruptedException {
      return queue.take();
    }

    /** Ends the stream with {@link SentEvent#END}; queued events are lost. */
    @Override
    public void close() {
      subscriptions.remove(this);
      queue.clear();
      var unused = queue.offer(SentEvent.END);
    }
  }
}
