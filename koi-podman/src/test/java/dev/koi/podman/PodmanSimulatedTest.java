package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.docker.engine.HintFollower;
import dev.koi.docker.engine.SimulatedEngineTests;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PodmanSimulatedTest extends SimulatedEngineTests {
  PodmanSimulatedTest() {
    super(new PodmanBackend(), Dialect.PODMAN_4, Dialect.PODMAN_5);
  }

  @ParameterizedTest
  @EnumSource(names = {"PODMAN_4", "PODMAN_5"})
  void probesOfPodmanCostNoInspectionsUntilTheyFindSomethingNew(Dialect dialect) throws Exception {
    connect(dialect);
    String id = engine.run(ContainerSpec.of("web").healthcheck("true"));
    String other = engine.run(ContainerSpec.of("other"));
    try (HintFollower follower = new HintFollower(connection)) {
      engine.health(id, "healthy");
      follower.awaitInstance(id, i -> i.health() == Health.HEALTHY);
      engine.rename(other, "first"); // after which the hints of its start have all come
      follower.awaitInstance(other, i -> i.containerName().equals("first"));
      long before = follower.hints(id);
      long began = System.nanoTime();

      for (int i = 0; i < 100; i++) {
        engine.health(id, "healthy");
      }
      engine.rename(other, "fence");
      follower.awaitInstance(other, i -> i.containerName().equals("fence"));
      engine.health(id, "unhealthy");
      follower.awaitInstance(id, i -> i.health() == Health.UNHEALTHY);

      // Podman 4 does not tell what a probe has found, so one look is taken after those of a second
      long seconds = (System.nanoTime() - began) / 1_000_000_000;
      assertThat(follower.hints(id) - before)
          .isBetween(1L, dialect == Dialect.PODMAN_5 ? 1L : 4L + seconds);
      engine.restart(id);
      follower.awaitInstance(id, i -> i.health() == Health.STARTING);
      engine.health(id, "unhealthy");
      follower.awaitInstance(id, i -> i.health() == Health.UNHEALTHY);
    }
  }
}
