package dev.koi.docker.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a backend does with a real engine; the same for Docker and for Podman. */
public abstract class RealEngineTests {

  private final RuntimeBackend backend;

  /** The engine of this test. */
  protected RealEngine engine;

  /** A connection to it. */
  protected RuntimeConnection connection;

  /** Makes the tests for that backend. */
  protected RealEngineTests(RuntimeBackend backend) {
    this.backend = backend;
  }

  /** Returns the engine, or skips the test. */
  protected abstract RealEngine engine();

  @BeforeEach
  void connect() throws Exception {
    engine = engine();
    connection = backend.connect(engine.config());
  }

  @AfterEach
  void clean() {
    if (connection != null) {
      connection.close();
      engine.close();
    }
  }

  @Test
  void theRuntimeTellsWhoAnswered() {
    assertThat(connection.runtime().product()).containsIgnoringCase(backend.name());
    assertThat(connection.runtime().version()).matches("\\d+\\.\\d+.*");
    assertThat(connection.runtime().apiVersion()).matches("1\\.\\d+");
    assertThat(connection.runtime().endpoint()).isEqualTo(engine.host());
  }

  @Test
  void aContainerThatAlreadyRunsIsListedWithItsFacts() throws Exception {
    String name = engine.name("web");
    String id =
        engine.run(name, "-p", "127.0.0.1::80", "-l", "koi.name=shop", "-e", "SECRET=canary-4711");

    Instance instance = listed(id);

    assertThat(instance.containerName()).isEqualTo(name);
    assertThat(instance.backend()).isEqualTo(backend.name());
    assertThat(instance.image()).contains(engine.image());
    assertThat(instance.state()).isEqualTo(InstanceState.RUNNING);
    assertThat(instance.startedAt()).isPresent();
    assertThat(instance.labels()).containsEntry("koi.name", "shop");
    assertThat(instance.networks()).hasSize(1);
    assertThat(instance.ips()).hasSize(1);
    assertThat(instance.ports()).hasSize(1);
    PortMapping port = instance.ports().get(0);
    assertThat(port.hostIp()).isEqualTo("127.0.0.1");
    assertThat(port.containerPort()).isEqualTo(80);
    assertThat(port.protocol()).isEqualTo(PortProtocol.TCP);
    assertThat(connection.findInstance(id)).contains(instance);
  }

  @Test
  void aContainerThatEndedOrWasOnlyCreatedIsNotPresent() throws Exception {
    String ended = engine.run(engine.name("ended"));
    engine.cli("stop", ended);
    String created = engine.cli("create", engine.image(), "true");
    try {
      assertThat(ids()).doesNotContain(ended, created);
      assertThat(connection.findInstance(ended)).isEmpty();
      assertThat(connection.findInstance(created)).isEmpty();
    } finally {
      engine.cli("rm", created);
    }
  }

  @Test
  void aNameOrAnIdOfNobodyFindsNothing() throws Exception {
    String name = engine.name("named");
    String id = engine.run(name);

    assertThat(connection.findInstance(name)).isEmpty();
    assertThat(connection.findInstance(id.substring(0, 12))).isEmpty();
    assertThat(connection.findInstance("0".repeat(64))).isEmpty();
    assertThat(connection.findInstance("../version")).isEmpty();
  }

  @Test
  void startAndStopAreFollowed() throws Exception {
    try (HintFollower follower = new HintFollower(connection)) {
      String id = engine.run(engine.name("life"));
      Instance first = follower.awaitInstance(id, instance -> true);

      engine.cli("stop", id);
      follower.awaitEnd(id);

      engine.cli("start", id);
      Instance second = follower.awaitInstance(id, instance -> true);
      assertThat(second.sameLife(first)).isFalse();

      engine.cli("rm", "-f", id);
      follower.awaitEnd(id);
    }
  }

  @Test
  void aRestartIsAnotherLife() throws Exception {
    String id = engine.run(engine.name("restarted"));
    try (HintFollower follower = new HintFollower(connection)) {
      Instance before = follower.awaitInstance(id, instance -> true);

      engine.cli("restart", id);

      follower.awaitInstance(id, instance -> !instance.sameLife(before));
    }
  }

  @Test
  void aSignalThatDoesNotEndTheProcessChangesNothing() throws Exception {
    String id = engine.run(engine.name("hup"));
    try (HintFollower follower = new HintFollower(connection)) {
      Instance before = follower.awaitInstance(id, instance -> true);

      engine.cli("kill", "-s", "HUP", id);
      engine.cli("rename", id, engine.name("hup2")); // shows that the kill is over

      Instance after =
          follower.awaitInstance(
              id, instance -> instance.containerName().equals(engine.name("hup2")));
      assertThat(after.changedFields(before)).containsExactly("container_name");
    }
  }

  @Test
  void aKilledContainerEnds() throws Exception {
    String id = engine.run(engine.name("killed"));
    try (HintFollower follower = new HintFollower(connection)) {
      follower.awaitInstance(id, instance -> true);

      engine.cli("kill", "-s", "KILL", id);

      follower.awaitEnd(id);
    }
  }

  @Test
  void twoContainersAreToldApart() throws Exception {
    try (HintFollower follower = new HintFollower(connection)) {
      String one = engine.run(engine.name("one"));
      String other = engine.run(engine.name("other"));
      follower.awaitInstance(one, instance -> true);
      follower.awaitInstance(other, instance -> true);

      engine.cli("stop", one);

      follower.awaitEnd(one);
      assertThat(follower.known(other)).isPresent();
      assertThat(ids()).contains(other).doesNotContain(one);
    }
  }

  @Test
  void aPausedContainerIsPresent() throws Exception {
    String id = engine.run(engine.name("paused"));
    try (HintFollower follower = new HintFollower(connection)) {
      engine.cli("pause", id);
      follower.awaitInstance(id, instance -> instance.state() == InstanceState.PAUSED);
      assertThat(listed(id).state()).isEqualTo(InstanceState.PAUSED);

      engine.cli("unpause", id);
      follower.awaitInstance(id, instance -> instance.state() == InstanceState.RUNNING);
    }
  }

  @Test
  void aContainerToldToStopIsPresentUntilItEnds() throws Exception {
    String id =
        engine.runScript(
            engine.name("stubborn"),
            List.of(),
            "trap 'echo told' TERM; echo ready; while :; do sleep 0.1; done");
    await().atMost(10, SECONDS).until(() -> engine.cli("logs", id).contains("ready"));
    Thread stop = new Thread(() -> engine.cli("stop", "-t", "60", id));
    stop.start();
    await().atMost(10, SECONDS).until(() -> engine.cli("logs", id).contains("told"));

    assertThat(connection.findInstance(id)).isPresent();
    assertThat(ids()).contains(id);

    engine.cli("kill", "-s", "KILL", id);
    stop.join();
    assertThat(connection.findInstance(id)).isEmpty();
  }

  @Test
  void aCrashLoopIsFollowedToItsEnd() throws Exception {
    try (HintFollower follower = new HintFollower(connection)) {
      String id =
          engine.runScript(
              engine.name("crashing"), List.of("--restart", "always"), "sleep 0.3; exit 1");
      Instance first = follower.awaitInstance(id, instance -> true);
      follower.awaitInstance(id, instance -> !instance.sameLife(first));

      engine.cli("rm", "-f", id);

      follower.awaitEnd(id);
    }
  }

  @Test
  void networksAreFollowed() throws Exception {
    String id = engine.run(engine.name("net"));
    String network = engine.network(engine.name("extra"));
    try (HintFollower follower = new HintFollower(connection)) {
      engine.cli("network", "connect", network, id);
      Instance connected =
          follower.awaitInstance(id, instance -> names(instance).contains(network));
      assertThat(connected.ips()).hasSize(2);

      engine.cli("network", "disconnect", network, id);
      follower.awaitInstance(id, instance -> !names(instance).contains(network));
    }
  }

  @Test
  void aContainerInTheNetworkOfAnotherHasItsAddressesAndFollowsThem() throws Exception {
    String owner = engine.run(engine.name("owner"), "-p", "127.0.0.1::80");
    String guest = engine.run(engine.name("guest"), "--network", "container:" + owner);
    assertThat(listed(guest).networks()).isEqualTo(listed(owner).networks()).isNotEmpty();
    assertThat(listed(guest).ports()).isEqualTo(listed(owner).ports()).isNotEmpty();

    String network = engine.network(engine.name("late"));
    try (HintFollower follower = new HintFollower(connection)) {
      engine.cli("network", "connect", network, owner);
      follower.awaitInstance(guest, instance -> names(instance).contains(network));
    }
  }

  @Test
  void theHostsNetworkIsNamedAndPublishesNothing() throws Exception {
    String id = engine.run(engine.name("host"), "--network", "host", "--expose", "80");

    assertThat(names(listed(id))).containsExactly("host");
    assertThat(listed(id).ips()).isEmpty();
    assertThat(listed(id).ports()).isEmpty();
  }

  @Test
  void closeLeavesNothingBehind() throws Exception {
    long descriptors = EngineTraces.descriptors();
    for (int i = 0; i < 20; i++) {
      try (RuntimeConnection other = backend.connect(engine.config())) {
        other.watch();
        other.listInstances();
      }
    }
    EngineTraces.awaitNone(backend.name());
    EngineTraces.awaitDescriptors(descriptors);
  }

  private Instance listed(String id) throws IOException, InterruptedException {
    return connection.listInstances().stream()
        .filter(instance -> instance.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is not listed"));
  }

  private List<String> ids() throws IOException, InterruptedException {
    return connection.listInstances().stream().map(Instance::id).toList();
  }

  private static List<String> names(Instance instance) {
    return instance.networks().stream().map(Network::name).toList();
  }
}
