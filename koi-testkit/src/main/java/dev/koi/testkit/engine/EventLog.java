package dev.koi.testkit.engine;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The events that happened and those who listen. Docker remembers the last 256 and lets a full
 * subscriber slow every command by 100 ms before the event is lost for it; Podman keeps a log file
 * of about 3000 events and makes nobody wait.
 */
final class EventLog {
  private static final int DOCKER_RING = 256;
  private static final int DOCKER_BUFFER = 1024;
  private static final int PODMAN_LOG = 3000;
  private static final long DOCKER_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final boolean podman;
  private final ArrayDeque<EngineEvent> kept = new ArrayDeque<>(); // guarded by this
  private final List<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();

  EventLog(boolean podman) {
    this.podman = podman;
  }

  /** Appends what one command caused, which subscribers get in one piece. */
  synchronized void append(List<EngineEvent> events) {
    kept.addAll(events);
    while (kept.size() > (podman ? PODMAN_LOG : DOCKER_RING)) {
      kept.removeFirst();
    }
    deliver(events);
  }

  /** Subscribes; everything kept since then (nanoseconds since the epoch) comes first. */
  synchronized EventSubscription subscribe(Filters filter, long sinceNano) {
    EventSubscription subscription =
        new EventSubscription(filter, podman ? Integer.MAX_VALUE : DOCKER_BUFFER);
    subscription.offer(kept.stream().filter(event -> event.timeNano() >= sinceNano).toList(), 0);
    subscriptions.add(subscription);
    return subscription;
  }

  void unsubscribe(EventSubscription subscription) {
    subscriptions.remove(subscription);
  }

  /** What Podman does when its log file is rotated: everything kept comes once more. */
  synchronized void replay() {
    deliver(List.copyOf(kept));
  }

  synchronized void forget() {
    kept.clear();
  }

  int subscribers() {
    return subscriptions.size();
  }

  private void deliver(List<EngineEvent> events) {
    long deadline = System.nanoTime() + DOCKER_PATIENCE_NANOS;
    for (EventSubscription subscription : subscriptions) {
      subscription.offer(events, deadline);
    }
  }
}
