package dev.koi.docker.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Podman's containers that are to be looked at once more a little later than an event says.
 *
 * <p>Health checks: Podman 4 sends {@code health_status} when a probe begins, {@code exec_died}
 * when it has ended, and only then writes down what came of it, which no event tells. Podman 5 does
 * it right. And guests of another container's network, such as the members of a pod: when a pod
 * ends or begins, so does the container that holds its network, a moment before or after them.
 */
final class LateLooks {

  private static final int MAX_CONTAINERS = 1000;

  /** Podman 4 has been seen to take up to half a second to write. */
  private static final Duration DELAY = Duration.ofSeconds(1);

  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<String> due = new ArrayBlockingQueue<>(MAX_CONTAINERS);

  /** Adds a container; returns false if there are too many. Never waits. */
  boolean add(String container) {
    return due.offer(container);
  }

  /** Takes note of an event; never waits. */
  void read(EngineEvent event) {
    if (event.action().equals("health_status")) {
      if (begun.size() >= MAX_CONTAINERS) {
        begun.clear(); // of Podman 5, most likely, whose probes have no exec_died
      }
      begun.add(event.actor());
    } else if (event.action().equals("exec_died") && begun.remove(event.actor())) {
      due.offer(event.actor()); // if that many end at once, the next probe will tell
    }
  }

  /**
   * Waits for containers to be looked at, and then until what happens to them can be seen.
   *
   * @param patience how long to wait for the first
   * @return the containers
   */
  List<String> awaitDue(Duration patience) throws InterruptedException {
    List<String> containers = new ArrayList<>();
    String first = due.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      containers.add(first);
      due.drainTo(containers);
      Thread.sleep(DELAY.toMillis());
    }
    return containers;
  }
}
