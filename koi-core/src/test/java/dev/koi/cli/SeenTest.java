package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendReconnected;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final Instance healthy = web(Health.HEALTHY);
  private final Instance unhealthy = web(Health.UNHEALTHY);
  private final Seen seen = new Seen(instance -> instance.health() == Health.UNHEALTHY);

  @Test
  void anInstanceBeginsWhenItFirstIsWhatIsWanted() {
    assertThat(seen.of(new Started("docker", NOW, 1, healthy))).isEmpty();
    assertThat(seen.of(updated(2, healthy, unhealthy)))
        .contains(new Started("docker", NOW, 2, unhealthy));
  }

  @Test
  void thenItIsFollowedToItsEndWhateverItBecomes() {
    RuntimeEvent started = new Started("docker", NOW, 1, unhealthy);
    RuntimeEvent updated = updated(2, unhealthy, healthy);
    RuntimeEvent stopped = new Stopped("docker", NOW, 3, healthy);

    assertThat(seen.of(started)).contains(started);
    assertThat(seen.of(updated)).contains(updated);
    assertThat(seen.of(stopped)).contains(stopped);
  }

  @Test
  void whatNeverWasWantedDoesNotEnd() {
    seen.of(new Started("docker", NOW, 1, healthy));

    assertThat(seen.of(new Stopped("docker", NOW, 2, healthy))).isEmpty();
  }

  @Test
  void theNextLifeBeginsAnew() {
    seen.of(new Started("docker", NOW, 1, unhealthy));
    seen.of(new Stopped("docker", NOW, 2, unhealthy));

    assertThat(seen.of(new Started("docker", NOW, 3, healthy))).isEmpty();
    assertThat(seen.of(new Stopped("docker", NOW, 4, healthy))).isEmpty();
  }

  @Test
  void whatConcernsABackendIsAlwaysTold() {
    RuntimeEvent back = new BackendReconnected("docker", NOW, 1);

    assertThat(seen.of(back)).contains(back);
  }

  private static Updated updated(long sequence, Instance from, Instance to) {
    return new Updated("docker", NOW, sequence, from, to, List.of("health"));
  }

  private static Instance web(Health health) {
    return Instance.builder("docker", "1", "web").health(health).build();
  }
}
