package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.docker.engine.HintFollower;
import dev.koi.docker.engine.RealEngine;
import dev.koi.docker.engine.RealEngineTests;
import org.junit.jupiter.api.Test;

class PodmanBackendIT extends RealEngineTests {

  PodmanBackendIT() {
    super(new PodmanBackend());
  }

  @Override
  protected RealEngine engine() {
    return RealEngine.podman();
  }

  @Test
  void healthIsFollowed() throws Exception {
    String id = engine.run(engine.name("health"), "--health-cmd", "true");
    try (HintFollower follower = new HintFollower(connection)) {
      follower.awaitInstance(id, instance -> instance.health() == Health.STARTING);
      engine.cli("healthcheck", "run", id);
      follower.awaitInstance(id, instance -> instance.health() == Health.HEALTHY);
    }
  }

  @Test
  void aPodsMembersArePresentAndItsInfrastructureIsNot() throws Exception {
    String pod = engine.name("pod");
    engine.cli("pod", "create", "--name", pod, "-p", "127.0.0.1::80");
    try (HintFollower follower = new HintFollower(connection)) {
      String id = engine.run(engine.name("member"), "--pod", pod);

      Instance member = follower.awaitInstance(id, instance -> true);
      assertThat(member.ports()).hasSize(1);
      assertThat(member.ips()).hasSize(1);
      assertThat(connection.listInstances()).extracting(Instance::id).contains(id);
      assertThat(connection.listInstances())
          .extracting(Instance::containerName)
          .noneMatch(name -> name.endsWith("-infra"));

      engine.cli("pod", "stop", pod);
      follower.awaitEnd(id);
    } finally {
      engine.cli("pod", "rm", "-f", pod);
    }
  }
}
