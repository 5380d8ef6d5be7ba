package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

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

  private Instance listed(String id) throws IOException, InterruptedException {
    return connection.listInstances().stream()
        .filter(instance -> instance.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is not listed"));
  }

  private static List<String> names(Instance instance) {
    return instance.networks().stream().map(Network::name).toList();
  }
}
