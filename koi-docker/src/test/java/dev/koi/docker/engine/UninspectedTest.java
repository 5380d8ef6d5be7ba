package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.docker.watch.EngineTimings;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown of a container that the engine lists, but does not describe. */
@Timeout(60)
class UninspectedTest {

  private static final String WEB = "a".repeat(64);
  private static final String DB = "b".repeat(64);
  private static final Instant START = Instant.parse("2026-11-23T18:51:55.937692990Z");

  /** How the engine fails to describe a container. */
  enum Fault {
    REFUSED {
      @Override
      void to(RawEngine.Exchange exchange) throws IOException {
        exchange.send(500, "", "{\"message\":\"broken\"}");
      }
    },
    EMPTY {
      @Override
      void to(RawEngine.Exchange exchange) throws IOException {
        exchange.json("{}");
      }
    },
    CUT {
      @Override
      void to(RawEngine.Exchange exchange) throws IOException {
        exchange.cut();
      }
    },
    HUNG {
      @Override
      void to(RawEngine.Exchange exchange) throws InterruptedException {
        exchange.hang();
      }
    };

    abstract void to(RawEngine.Exchange exchange) throws IOException, InterruptedException;
  }

  @TempDir Path directory;
  private RawEngine engine;
  private RuntimeConnection connection;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    engine = RawEngine.unix(directory.resolve("s"));
    rows(row(WEB, "old", "running", 8080, "front"));
    engine.json("/containers/" + WEB + "/json", inspection(WEB));
    Duration longer = Duration.ofSeconds(30);
    Duration never = Duration.ofHours(1);
    connection =
        engine.connect(new EngineTimings(Duration.ofSeconds(2), longer, longer, never, never));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    engine.close(connection);
  }

  @ParameterizedTest
  @EnumSource
  void theRowsFactsAreShownAndOnlyTheOthersAreOfTheLastInspection(Fault fault) throws Exception {
    connection.listInstances();
    engine.on("/containers/" + WEB + "/json", fault::to);
    rows(row(WEB, "new", "paused", 9090, "front", "back"));

    Instance listed = connection.listInstances().get(0);

    assertThat(listed.containerName()).isEqualTo("new");
    assertThat(listed.state()).isEqualTo(InstanceState.PAUSED);
    assertThat(listed.ports()).extracting(PortMapping::hostPort).containsExactly(9090);
    assertThat(listed.networks())
        .containsExactly(Network.of("back", List.of()), Network.of("front", List.of("10.0.0.2")));
    assertThat(listed.health()).isEqualTo(Health.HEALTHY);
    assertThat(listed.startedAt()).contains(START);
    assertThat(listed.exposedPorts()).contains(new ContainerPort(7777, PortProtocol.TCP));
    assertThat(listed.metadata().enable()).contains(true);
    assertThat(connection.findInstance(WEB)).contains(listed);
    rows(row(WEB, "newer", "paused", 9090, "front", "back"));
    assertThat(connection.findInstance(WEB).orElseThrow().containerName()).isEqualTo("newer");
  }

  @Test
  void theWatchHasItLookedAtAgainAlthoughNoEventComes() throws Exception {
    connection.close();
    Duration longer = Duration.ofSeconds(30);
    connection = engine.connect(RawEngine.timings(longer, Duration.ofMillis(50), longer));
    InstanceWatch watch = connection.watch();
    engine.on("/containers/" + WEB + "/json", Fault.EMPTY::to);
    connection.listInstances();

    ChangeHint hint = watch.take();
    while (hint.equals(ChangeHint.everything())) {
      hint = watch.take();
    }
    assertThat(hint).isEqualTo(ChangeHint.instance(WEB));
  }

  @ParameterizedTest
  @EnumSource
  void itIsNamedUntilItCanBeInspectedAgain(Fault fault) throws Exception {
    assertThat(connection.limitation()).isEmpty();
    engine.on("/containers/" + WEB + "/json", fault::to);

    connection.listInstances();

    assertThat(connection.limitation()).contains("old").contains("cannot be inspected");
    engine.json("/containers/" + WEB + "/json", inspection(WEB));
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(connection.findInstance(WEB).map(Instance::containerName))
                    .contains("inspected"));
    assertThat(connection.limitation()).isEmpty();
  }

  @Test
  void aFindWhoseInspectionHangsIsAnsweredFromTheRowNextTime() throws Exception {
    engine.on("/containers/" + WEB + "/json", RawEngine.Exchange::hang);
    Thread deadline = Thread.currentThread();
    Thread impatient =
        new Thread(
            () -> {
              await() // longer than half the time for which a list would wait
                  .atMost(Duration.ofMinutes(1))
                  .pollDelay(Duration.ofMillis(1100))
                  .until(() -> engine.requests().stream().anyMatch(path -> path.contains(WEB)));
              deadline.interrupt();
            });
    impatient.start();
    try {
      connection.findInstance(WEB);
    } catch (InterruptedException e) {
      // as Koi's own deadline does it
    }
    impatient.join();

    assertThat(connection.findInstance(WEB).map(Instance::containerName)).contains("old");
  }

  @Test
  void aStateThatNobodyKnowsIsShownAsUnknown() throws Exception {
    rows(row(WEB, "old", "confused", 8080, "front"));
    engine.on("/containers/" + WEB + "/json", Fault.REFUSED::to);

    assertThat(connection.listInstances())
        .extracting(Instance::state)
        .containsExactly(InstanceState.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 409, 429})
  void aProxyThatForbidsToInspectOneHidesNoOther(int status) throws Exception {
    rows(row(WEB, "web", "running", 8080, "front"), row(DB, "db", "running", 9090, "front"));
    engine.status("/containers/" + DB + "/json", status, "no");

    assertThat(connection.listInstances())
        .extracting(Instance::containerName)
        .containsExactly("inspected", "db");
    assertThat(connection.findInstance(DB)).isPresent();
    engine.status("/containers/" + WEB + "/json", status, "no");
    assertThatThrownBy(connection::listInstances).hasMessageContaining("got status " + status);
  }

  @Test
  void aRowThatShowsAnIdForTheImageDoesNotHideItsName() throws Exception {
    connection.listInstances();
    engine.on("/containers/" + WEB + "/json", Fault.REFUSED::to);
    rows(
        row(WEB, "new", "running", 9090, "front")
            .replace("web:1", "sha256:" + "c".repeat(64))); // as when the tag has moved

    assertThat(connection.listInstances().get(0).image()).contains("web:1");
  }

  @Test
  void aContainerThatHasEndedKeepsNothing() throws Exception {
    connection.listInstances();
    engine.on("/containers/" + WEB + "/json", Fault.REFUSED::to);
    rows(row(WEB, "old", "exited", 9090, "front"));
    assertThat(connection.findInstance(WEB)).isEmpty();
    rows(row(WEB, "old", "running", 9090, "front"));

    Instance next = connection.findInstance(WEB).orElseThrow();

    assertThat(next.startedAt()).isEmpty();
    assertThat(next.health()).isEqualTo(Health.NONE);
  }

  @Test
  void aLifeWhoseEndWasHeardOfKeepsNothing() throws Exception {
    engine.on(
        "/events",
        exchange ->
            exchange
                .beginStream()
                .chunk(
                    "{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"%s\"}}\n"
                        .formatted(WEB))
                .hang());
    connection.listInstances();
    engine.on("/containers/" + WEB + "/json", Fault.REFUSED::to);

    connection.watch().take();

    assertThat(connection.findInstance(WEB).orElseThrow().startedAt()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aGuestKeepsItsNetworkWhileTheOwnerCannotBeInspected(Fault fault) throws Exception {
    rows(
        row(WEB, "old", "running", 8080, "front"),
        row(DB, "guest", "running", 0).replace("\"Ports\"", "\"NoPorts\""));
    engine.json(
        "/containers/" + DB + "/json",
        """
                {"Id":"%s","Name":"/guest","State":{"Status":"running"},
                 "Config":{"Image":"web:1"},"HostConfig":{"NetworkMode":"container:%s"}}
                """
            .formatted(DB, WEB));
    Instance before = connection.listInstances().get(1);
    assertThat(before.ports()).hasSize(1);
    engine.on("/containers/" + WEB + "/json", fault::to);

    assertThat(connection.listInstances().get(1)).isEqualTo(before);
    assertThat(connection.findInstance(DB)).contains(before);
  }

  private void rows(String... rows) {
    String list = "[" + String.join(",", rows) + "]";
    engine.json("/containers/json", list);
  }

  private static String row(String id, String name, String state, int port, String... networks) {
    StringBuilder attached = new StringBuilder();
    for (String network : networks) {
      attached.append(attached.isEmpty() ? "" : ",").append('"').append(network).append("\":{}");
    }
    return """
        {"Id":"%s","Names":["/%s"],"Image":"web:1","State":"%s",
         "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":%d,"Type":"tcp"}],
         "NetworkSettings":{"Networks":{%s}}}
        """
        .formatted(id, name, state, port, attached);
  }

  private static String inspection(String id) {
    return """
        {"Id":"%s","Name":"/inspected",
         "State":{"Status":"running","StartedAt":"%s","Health":{"Status":"healthy"}},
         "Config":{"Image":"web:1","ExposedPorts":{"7777/tcp":{}},"Env":["KOI_MDNS_ANNOUNCE=true"]},
         "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]},
          "Networks":{"front":{"IPAddress":"10.0.0.2"}}}}
        """
        .formatted(id, START);
  }
}
