package dev.koi.podman;

import dev.koi.docker.dialect.EngineEvent;
import dev.koi.docker.dialect.EventReader;
import dev.koi.docker.dialect.SeenContainers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads Podman's events. Some containers are inspected only a second later, when the change is
 * visible:
 *
 * <ul>
 *   <li>After a health check: Podman 4 sends {@code health_status} when a probe begins, {@code
 *       exec_died} when it has ended, and only then writes down the result, for which there is no
 *       event. Podman 5 sends the result.
 *   <li>Guests of another container's network, such as the members of a pod: when a pod ends or
 *       begins, so does the container that holds its network, a moment before or after them.
 * </ul>
 */
final class PodmanEvents implements EventReader {

  private static final int MAX_CONTAINERS = 1000;

  /** Podman 4 has been seen to take up to half a second to write. */
  private static final Duration DELAY = Duration.ofSeconds(1);

  private static final String HEALTH_STATUS = "health_status";

  private final SeenContainers seen;
  private final Set<String> probed = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<String> later = new ArrayBlockingQueue<>(MAX_CONTAINERS);

  PodmanEvents(SeenContainers seen) {
    this.seen = seen;
  }

  @Override
  public void read(EngineEvent event, Consumer<String> hints) {
    // The actor of a network event is the container. Not every event's actor is one.
    if (event.action().equals("exec_died") && probed.remove(event.actor())) {
      later.offer(event.actor()); // if that many end at once, the next probe will show it
    }
    event
        .changedContainer(event.actor())
        .ifPresent(
            id -> {
              if (event.action().equals(HEALTH_STATUS)) {
                readProbe(event, hints);
              } else {
                hints.accept(id);
                seen.guests(id).stream().filter(guest -> !later.offer(guest)).forEach(hints);
              }
            });
  }

  /** Podman sends an event for each probe, whether it has found a change or not. */
  private void readProbe(EngineEvent event, Consumer<String> hints) {
    if (probed.size() >= MAX_CONTAINERS) {
      probed.clear(); // of Podman 5, most likely, whose probes have no exec_died
    }
    probed.add(event.actor());
    boolean known =
        seen.instance(event.actor())
            .filter(instance -> instance.health().wireName().equals(event.health()))
            .isPresent();
    if (!known) {
      hints.accept(event.actor());
    }
  }

  @Override
  public void rest(Duration time, Consumer<String> hints) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      String first = later.poll(left, TimeUnit.NANOSECONDS);
      if (first != null) {
        List<String> due = new ArrayList<>(List.of(first));
        later.drainTo(due);
        Thread.sleep(DELAY.toMillis());
        due.forEach(hints);
      }
    }
  }
}
