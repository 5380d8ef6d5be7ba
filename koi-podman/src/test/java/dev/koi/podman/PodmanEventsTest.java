package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.docker.dialect.EngineEvent;
import dev.koi.docker.dialect.SeenContainers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodmanEventsTest {

  private static final String WEB = "a".repeat(64);
  private static final String DB = "b".repeat(64);

  private final List<String> hints = new ArrayList<>();
  private String health = "healthy"; // of every container
  private final PodmanEvents events =
      new PodmanEvents(
          new SeenContainers() {
            @Override
            public Optional<Instance> instance(String id) {
              Health known = Health.valueOf(health.toUpperCase(java.util.Locale.ROOT));
              return Optional.of(Instance.builder("podman", id, "x").health(known).build());
            }

            @Override
            public void ended(String id) {}

            @Override
            public Set<String> guests(String id) {
              return id.equals(WEB) ? Set.of(DB) : Set.of();
            }
          });

  @Test
  void aContainerIsInspectedOnceMoreWhenItsProbeHasEnded() throws Exception {
    read("health_status", WEB);
    read("exec_died", WEB);
    assertThat(hints).isEmpty(); // its health is known

    assertThat(awaitLater()).containsExactly(WEB);
    assertThat(awaitLater()).isEmpty();
  }

  @Test
  void theEndOfAnotherCommandIsNoProbe() throws Exception {
    read("health_status", WEB);
    read("exec_died", DB);

    assertThat(awaitLater()).isEmpty();
  }

  @Test
  void aProbeThatFoundSomethingNewIsAHint() {
    health = "starting";
    read("health_status", WEB);

    assertThat(hints).containsExactly(WEB);
  }

  @Test
  void theGuestsOfANetworkAreInspectedLaterUnlessThereAreTooMany() throws Exception {
    read("start", WEB);
    assertThat(hints).containsExactly(WEB);
    assertThat(awaitLater()).containsExactly(DB);
    hints.clear();
    for (int i = 0; i < 1001; i++) {
      read("start", WEB);
    }

    assertThat(hints).contains(DB);
  }

  @Test
  void anyNumberOfProbesIsReadWithoutWaiting() throws Exception {
    for (int i = 0; i < 5000; i++) {
      read("health_status", "%064x".formatted(i));
      read("exec_died", "%064x".formatted(i));
    }

    assertThat(awaitLater()).hasSize(1000);
  }

  @Test
  void anEventOfANetworkNamesTheContainer() {
    events.read(new EngineEvent("network", "connect", DB, "", ""), hints::add);

    assertThat(hints).containsExactly(DB);
  }

  private void read(String action, String id) {
    events.read(new EngineEvent("container", action, id, "", "healthy"), hints::add);
  }

  private List<String> awaitLater() throws InterruptedException {
    List<String> later = new ArrayList<>();
    events.rest(Duration.ofMillis(1), later::add);
    return later;
  }
}
