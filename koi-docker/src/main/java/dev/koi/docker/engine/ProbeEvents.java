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
 * Podman's health checks. Podman 4 sends {@code health_status} when a probe begins, {@code
 * exec_died} when it has ended, and only then writes down what came of it, which no event tells. So
 * the container must be looked at once more a little later. Podman 5 does it right.
 */
final class ProbeEvents {

  private static final int MAX_CONTAINERS = 1000;

  /** Podman 4 has been seen to take up to half a second. */
  private static final Duration WRITING = Duration.ofSeconds(1);

  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<String> ended = new ArrayBlockingQueue<>(MAX_CONTAINERS);

  /** Takes note of an event; never waits. */
  void read(EngineEvent event) {
    if (event.action().equals("health_status")) {
      if (begun.size() >= MAX_CONTAINERS) {
        begun.clear(); // of Podman 5, most likely, whose probes have no exec_died
      }
      begun.add(event.actor());
    } else if (event.action().equals("exec_died") && begun.remove(event.actor())) {
      ended.offer(event.actor()); // if that many end at once, the next probe will tell
    }
  }

  /**
   * Waits for probes to end, and then until their outcome can be seen.
   *
   * @param patience how long to wait for the first to end
   * @return the containers
   */
  List<String> awaitEnded(Duration patience) throws InterruptedException {
    List<String> containers = new ArrayList<>();
    String first = ended.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      containers.add(first);
      ended.drainTo(containers);
      Thread.sleep(WRITING.toMillis());
    }
    return containers;
  }
}
