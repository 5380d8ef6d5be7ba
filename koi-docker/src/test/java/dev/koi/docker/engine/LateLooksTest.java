package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LateLooksTest {

  private static final Duration NOW = Duration.ZERO;

  private final LateLooks looks = new LateLooks();

  @Test
  void aContainerIsNamedOnceItsProbeHasEnded() throws Exception {
    looks.read(event("health_status", "a"));
    assertThat(looks.awaitDue(NOW)).isEmpty();

    looks.read(event("exec_died", "a"));
    assertThat(looks.awaitDue(NOW)).containsExactly("a");
    assertThat(looks.awaitDue(NOW)).isEmpty();
  }

  @Test
  void theEndOfAnotherCommandIsNone() throws Exception {
    looks.read(event("health_status", "a"));
    looks.read(event("exec_died", "b"));

    assertThat(looks.awaitDue(NOW)).isEmpty();
  }

  @Test
  void anyNumberIsReadWithoutWaiting() throws Exception {
    for (int i = 0; i < 5000; i++) {
      looks.read(event("health_status", "id" + i));
      looks.read(event("exec_died", "id" + i));
    }

    assertThat(looks.awaitDue(NOW)).hasSize(1000);
  }

  @Test
  void whoeverIsAddedIsNamedUnlessThereAreTooMany() throws Exception {
    assertThat(looks.add("a")).isTrue();
    assertThat(looks.awaitDue(NOW)).containsExactly("a");
    for (int i = 0; i < 1000; i++) {
      assertThat(looks.add("id" + i)).isTrue();
    }

    assertThat(looks.add("one too many")).isFalse();
  }

  private static EngineEvent event(String action, String id) {
    return new EngineEvent("container", action, id, "", "");
  }
}
