package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.docker.DockerBackend;
import dev.koi.docker.engine.RawEngine;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Podman that breaks, or behind a proxy. */
@Timeout(60)
class PodmanFaultTest {

  private static final String WEB = "a".repeat(64);
  private static final String DB = "b".repeat(64);
  private static final String INFRA = "c".repeat(64);
  private static final String PODMANS_LIST = "/libpod/containers/json";
  private static final String MISMATCH =
      "{\"cause\":\"internal libpod error\",\"message\":\"network inspection mismatch\"}";

  @TempDir Path directory;
  private RawEngine engine;
  private RuntimeConnection connection;

  @BeforeEach
  void start() throws IOException {
    engine = RawEngine.unix(directory.resolve("s"));
    engine.on(
        "/_ping",
        exchange -> exchange.send(200, "Api-Version: 1.41\r\nLibpod-Api-Version: 5.4.2\r\n", "OK"));
    engine.json("/containers/" + WEB + "/json", inspection(WEB));
    engine.json(
        PODMANS_LIST,
        "["
            + row(WEB, "web", "running", false)
            + ","
            + row(DB, "db", "paused", false)
            + ","
            + row(INFRA, "infra", "running", true)
            + "]");
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    engine.close(connection);
  }

  /** As after "podman pause db; podman network connect shop db", with Podman 4 and 5. */
  @Test
  void aContainerThatPodmanCannotInspectIsShownFromItsRowUntilItCan() throws Exception {
    AtomicBoolean healed = new AtomicBoolean();
    engine.status("/containers/json", 500, MISMATCH);
    engine.on(
        "/containers/" + DB + "/json",
        exchange -> {
          if (healed.get()) {
            exchange.json(inspection(DB));
          } else {
            exchange.send(500, "", MISMATCH);
          }
        });
    connect();

    List<Instance> instances = connection.listInstances();

    assertThat(instances).extracting(Instance::id).containsExactly(WEB, DB);
    Instance db = instances.get(1);
    assertThat(db.containerName()).isEqualTo("db");
    assertThat(db.state()).isEqualTo(InstanceState.PAUSED);
    assertThat(db.image()).contains("localhost/db:1");
    assertThat(db.labels()).containsEntry("koi.name", "db");
    assertThat(db.ports()).hasSize(1);
    assertThat(db.pod()).contains("shop");
    assertThat(connection.findInstance(DB)).contains(db);
    healed.set(true);
    assertThat(connection.findInstance(DB).orElseThrow().containerName()).isEqualTo("inspected");
  }

  @Test
  void theNameOfAPodIsAskedOnceForAContainerThatNoListHeld() throws Exception {
    connect();

    assertThat(connection.findInstance(WEB).orElseThrow().pod()).contains("shop");
    assertThat(connection.findInstance(WEB).orElseThrow().pod()).contains("shop");
    assertThat(connection.findInstance(INFRA)).isEmpty();
    assertThat(engine.requests())
        .filteredOn(request -> request.contains(PODMANS_LIST))
        .singleElement()
        .asString()
        .contains("filters=");
  }

  @ParameterizedTest
  @CsvSource({"403", "404"})
  void whereAProxyRefusesPodmansListTheCompatibleOneIsRead(int status) throws Exception {
    engine.status(PODMANS_LIST, status, "");
    engine.json("/containers/json", "[" + row(WEB, "web", "running", false) + "]");
    connect();

    assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(WEB);
    assertThat(connection.findInstance(WEB).orElseThrow().pod()).isEmpty();
    assertThat(engine.requests()).contains("/v1.41/containers/json?all=1");
    assertThat(engine.requests()).filteredOn(request -> request.contains(PODMANS_LIST)).hasSize(1);
  }

  @Test
  void whilePodmansListFailsTheCompatibleOneIsReadAndPodsKeepTheirNames() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    String rows =
        "[" + row(WEB, "web", "running", false) + "," + row(DB, "db", "paused", false) + "]";
    engine.on(
        PODMANS_LIST,
        exchange -> {
          if (broken.get()) {
            exchange.send(500, "", MISMATCH);
          } else {
            exchange.json(rows);
          }
        });
    engine.json("/containers/json", rows.replace("PodName", "-").replace("IsInfra", "-"));
    engine.status("/containers/" + DB + "/json", 500, MISMATCH);
    connect();
    List<Instance> before = connection.listInstances();
    broken.set(true);

    assertThat(connection.listInstances())
        .isEqualTo(before)
        .extracting(Instance::pod)
        .containsExactly(Optional.of("shop"), Optional.of("shop"));
    assertThat(connection.findInstance(DB)).contains(before.get(1));
    broken.set(false);
    assertThat(connection.listInstances()).isEqualTo(before);
  }

  @Test
  void aProxyThatRefusesBothListsIsToldWhatToAllow() throws Exception {
    engine.status(PODMANS_LIST, 403, "");
    engine.status("/containers/json", 403, "");
    connect();

    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must allow CONTAINERS");
  }

  @Test
  void podmanWithoutAnEventLogCannotBeWatched() throws Exception {
    engine.on("/events", exchange -> exchange.beginStream().raw("0\r\n\r\n"));
    connection = engine.connect(new PodmanDialect(), RawEngine.patient());

    assertThatThrownBy(connection::watch)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("events_logger = none");
  }

  @Test
  void podmanConfiguredAsDockerIsServedAsPodman() throws Exception {
    connection = new DockerBackend().connect(config());

    assertThat(connection.runtime().product()).isEqualTo("Podman");
    assertThat(connection.runtime().version()).isEqualTo("5.4.2");
    assertThat(connection.listInstances().get(0).pod()).contains("shop");
  }

  @Test
  void dockerConfiguredAsPodmanIsAMistake() {
    engine.on("/_ping", exchange -> exchange.send(200, RawEngine.date(), "OK"));

    assertThatThrownBy(this::connect)
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("is Docker Engine 20.10, not Podman; to watch it, set type = docker");
  }

  private void connect() throws IOException, InterruptedException {
    connection = new PodmanBackend().connect(config());
  }

  private BackendConfig config() {
    return BackendConfig.of("raw", Map.of("host", engine.endpoint().address()));
  }

  private static String row(String id, String name, String state, boolean infrastructure) {
    return """
        {"Id":"%1$s","Names":["%2$s"],"Image":"localhost/%2$s:1","State":"%3$s","IsInfra":%4$s,
         "PodName":"shop","Labels":{"koi.name":"%2$s"},"Networks":["podman"],
         "Ports":[{"host_ip":"","container_port":80,"host_port":8080,"range":1,"protocol":"tcp"}]}
        """
        .formatted(id, name, state, infrastructure);
  }

  private static String inspection(String id) {
    return "{\"Id\":\"" + id + "\",\"Name\":\"inspected\",\"State\":{\"Status\":\"running\"}}";
  }
}
