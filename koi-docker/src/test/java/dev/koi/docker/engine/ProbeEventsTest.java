package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProbeEventsTest {

  private static final Duration NOW = Duration.ZERO;

  private final ProbeEvents probes = new ProbeEvents();

  @Test
  void aContainerIsNamedOnceItsProbeHasEnded() throws Exception {
    probes.read(event("health_status", "a"));
    assertThat(probes.awaitEnded(NOW)).isEmpty();

    probes.read(event("exec_died", "a"));
    assertThat(probes.awaitEnded(NOW)).containsExactly("a");
    assertThat(probes.awaitEnded(NOW)).isEmpty();
  }

  @Test
  void theEndOfAnotherCommandIsNone() throws Exception {
    probes.read(event("health_status", "a"));
    probes.read(event("exec_died", "b"));

    assertThat(probes.awaitEnded(NOW)).isEmpty();
  }

  @Test
  void anyNumberIsReadWithoutWaiting() throws Exception {
    for (int i = 0; i < 5000; i++) {
      probes.read(event("health_status", "id" + i));
      probes.read(event("exec_died", "id" + i));
    }

    assertThat(probes.awaitEnded(NOW)).hasSize(1000);
  }

  private static EngineEvent event(String action, String id) {
    return new EngineEvent("container", action, id, "", "");
  }
}
