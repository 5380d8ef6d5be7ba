package dev.koi.docker;

import dev.koi.Health;
import dev.koi.docker.engine.HintFollower;
import dev.koi.docker.engine.RealEngine;
import dev.koi.docker.engine.RealEngineTests;
import org.junit.jupiter.api.Test;

class DockerBackendIT extends RealEngineTests {

  DockerBackendIT() {
    super(new DockerBackend());
  }

  @Override
  protected RealEngine engine() {
    return RealEngine.docker();
  }

  @Test
  void healthIsFollowed() throws Exception {
    try (HintFollower follower = new HintFollower(connection)) {
      String id =
          engine.run(
              engine.name("health"),
              "--health-cmd",
              "test -e /well",
              "--health-interval",
              "300ms",
              "--health-retries",
              "1");
      follower.awaitInstance(id, instance -> instance.health() == Health.UNHEALTHY);
      engine.cli("exec", id, "sh", "-c", ": > /well");
      follower.awaitInstance(id, instance -> instance.health() == Health.HEALTHY);
    }
  }
}
