package dev.koi.core.filter;

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

class EventFilterTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final Instance healthy = web(Health.HEALTHY);
  private final Instance unhealthy = web(Health.UNHEALTHY);
  private final EventFilter filter =
      new EventFilter(instance -> instance.health() == Health.UNHEALTHY);

  @Test
  void theFirstMatchIsAStart() {
    assertThat(filter.apply(new Started("docker", NOW, 1, healthy))).isEmpty();
    assertThat(filter.apply(updated(2, healthy, unhealthy)))
        .contains(new Started("docker", NOW, 2, unhealthy));
  }

  @Test
  void allEventsAfterAMatchPass() {
    RuntimeEvent started = new Started("docker", NOW, 1, unhealthy);
    RuntimeEvent updated = updated(2, unhealthy, healthy);
    RuntimeEvent stopped = new Stopped("docker", NOW, 3, healthy);

    assertThat(filter.apply(started)).contains(started);
    assertThat(filter.apply(updated)).contains(updated);
    assertThat(filter.apply(stopped)).contains(stopped);
  }

  @Test
  void anInstanceThatNeverMatchedHasNoEnd() {
    filter.apply(new Started("docker", NOW, 1, healthy));

    assertThat(filter.apply(new Stopped("docker", NOW, 2, healthy))).isEmpty();
  }

  @Test
  void anInstanceThatStartsAgainMustMatchAgain() {
    filter.apply(new Started("docker", NOW, 1, unhealthy));
    filter.apply(new Stopped("docker", NOW, 2, unhealthy));

    assertThat(filter.apply(new Started("docker", NOW, 3, healthy))).isEmpty();
    assertThat(filter.apply(new Stopped("docker", NOW, 4, healthy))).isEmpty();
  }

  @Test
  void eventsOfBackendsPass() {
    RuntimeEvent back = new BackendReconnected("docker", NOW, 1);

    assertThat(filter.apply(back)).contains(back);
  }

  private static Updated updated(long sequence, Instance from, Instance to) {
    return new Updated("docker", NOW, sequence, from, to, List.of("health"));
  }

  private static Instance web(Health health) {
    return Instance.builder("docker", "1", "web").health(health).build();
  }
}
