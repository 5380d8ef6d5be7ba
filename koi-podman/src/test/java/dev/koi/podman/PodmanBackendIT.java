package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.docker.engine.RealEngine;
import dev.koi.docker.engine.RealEngineTests;
import java.util.concurrent.ThreadLocalRandom;
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
  void theNameOfEveryPodIsKnown() throws Exception {
    String renamed = pod("renamed", "--hostname", "other");
    String chosen = pod("chosen", "--infra-name", engine.name("holder"));
    String apart = pod("apart", "--share", "ipc");
    String onHost = pod("host", "--network", "host");
    String single = pod("single", "--infra=false");

    assertThat(find(member(renamed)).pod()).contains(renamed);
    assertThat(find(member(chosen)).pod()).contains(chosen);
    assertThat(find(member(apart)).pod()).contains(apart);
    assertThat(find(member(onHost)).pod()).contains(onHost);
    assertThat(find(member(single)).pod()).contains(single);
    assertThat(find(engine.run(engine.name("alone"))).pod()).isEmpty();
    assertThat(connection.listInstances())
        .extracting(Instance::containerName)
        .filteredOn(name -> name.startsWith(engine.name("")))
        .hasSize(6)
        .doesNotContain(engine.name("holder"));
  }

  @Test
  void aContainerThatPodmanCannotInspectIsShownAsFarAsItsRowTells() throws Exception {
    String id = engine.run(engine.name("broken"), "-l", "koi.name=shop", "-p", "127.0.0.1::80");
    String other = engine.run(engine.name("other"));
    String network = engine.network(engine.name("late"));
    engine.cli("pause", id);
    engine.cli("network", "connect", network, id);

    assertThat(connection.listInstances()).extracting(Instance::id).contains(id, other);
    Instance broken = find(id);
    assertThat(broken.state()).isEqualTo(InstanceState.PAUSED);
    assertThat(broken.labels()).containsEntry("koi.name", "shop");
    assertThat(broken.ports()).hasSize(1);
    assertThat(broken.networks()).extracting(Network::name).contains(network);
  }

  @Test
  void aContainerThatIsOnlyNamedLikeInfrastructureIsShown() throws Exception {
    String name = "%012x-infra".formatted(ThreadLocalRandom.current().nextLong(1L << 44, 1L << 48));
    assertThat(find(engine.run(name)).containerName()).isEqualTo(name);
  }

  @Test
  void theGuestsOfAContainerAreNoPod() throws Exception {
    String owner = engine.run(engine.name("owner"));
    String guest = engine.run(engine.name("guest"), "--network", "container:" + owner);

    assertThat(find(guest).pod()).isEmpty();
  }

  private Instance find(String id) throws Exception {
    return connection.findInstance(id).orElseThrow();
  }

  private String pod(String suffix, String... options) {
    return engine.pod(engine.name(suffix), options);
  }

  private String member(String pod) {
    return engine.run(pod + "-member", "--pod", pod);
  }
}
