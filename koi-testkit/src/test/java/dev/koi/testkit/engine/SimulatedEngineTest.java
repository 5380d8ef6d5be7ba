package dev.koi.testkit.engine;

import static dev.koi.testkit.engine.EngineClient.patiently;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SimulatedEngineTest {
  @TempDir Path directory;
  private SimulatedEngine engine;

  @AfterEach
  void close() {
    if (engine != null) {
      engine.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameScriptGivesTheSameIdsAndAnswers(Dialect dialect) throws Exception {
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      engine = SimulatedEngine.start(dialect, socket(), clock);
      String id = engine.run(ContainerSpec.of("web").publish(0, 80));
      answers.add(get("/containers/" + id + "/json") + get("/containers/json"));
      engine.close();
    }
    assertThat(answers.get(0)).isEqualTo(answers.get(1)).contains("2026-01-02T03:04:05");
  }

  @Test
  @Timeout(30)
  void anEngineEndsAlthoughAClientDoesNotTakeItsAnswer() throws Exception {
    start(Dialect.DOCKER_28);
    engine.faults().on(Endpoint.LIST).reply(reply -> reply.pad(1L << 30));
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      client.write(UTF_8.encode("GET /containers/json HTTP/1.1\r\nHost: engine\r\n\r\n"));
      client.read(ByteBuffer.allocate(1));

      engine.close();

      assertThat(socket()).doesNotExist();
    }
  }

  @Test
  void aClientThatArrivesWhileTheEngineCrashesIsNotLeftWaiting() throws Exception {
    start(Dialect.DOCKER_28);
    AtomicBoolean done = new AtomicBoolean();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread client = new Thread(() -> askUntil(done));
      client.start();
      clients.add(client);
    }
    for (int crash = 0; crash < 50; crash++) {
      Thread.sleep(5); // some clients are at work
      engine.crash();
      engine.boot();
    }
    engine.crash();
    done.set(true);
    for (Thread client : clients) {
      client.join();
    }
  }

  private void askUntil(AtomicBoolean done) {
    while (!done.get()) {
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
        channel.write(
            UTF_8.encode("GET /_ping HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n"));
        ByteBuffer answer = ByteBuffer.allocate(4096);
        while (channel.read(answer.clear()) >= 0) { // until the end
          Thread.onSpinWait();
        }
      } catch (IOException e) {
        // as it should be: another try
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void inspectShowsWhatAnEventTellsWhenItArrives(Dialect dialect) throws Exception {
    start(dialect);
    String id = engine.run(ContainerSpec.of("web"));
    try (EngineClient stream = events("")) {
      patiently().until(() -> engine.streams() == 1); // headers come before the subscription
      for (int i = 0; i < 50; i++) {
        engine.stop(id);
        next(stream, "die");
        assertThat(inspect(id).at("/State/Running").asBoolean()).isFalse();
        engine.start(id);
        next(stream, "start");
        assertThat(inspect(id).at("/State/Running").asBoolean()).isTrue();
      }
      engine.remove(id);
      next(stream, dialect.podman() ? "remove" : "destroy");
      assertThat(status("/containers/" + id + "/json")).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DOCKER_20, /v1.99/version, 400, client version 1.99 is too new.",
    "DOCKER_20, /v1.12/version, 200, 20.10.24",
    "DOCKER_28, /v1.12/version, 400, client version 1.12 is too old.",
    "DOCKER_28, /v1.51/version, 200, 28.5.2",
    "PODMAN_5, /v1.99/version, 200, 5.4.2",
    "DOCKER_26, /nothing, 404, page not found",
    "PODMAN_4, /nothing, 404, Not Found",
    "DOCKER_26, /libpod/_ping, 404, page not found",
    "DOCKER_26, /containers/nosuch/json, 404, No such container: nosuch",
    "PODMAN_5, /containers/nosuch/json, 404, no container with name or ID",
    "DOCKER_26, /containers//json, 301, ''",
    "DOCKER_26, /events?since=notatime, 500, notatime",
    "PODMAN_5, '/containers/json?filters={\"bogus\":[\"x\"]}', 500, invalid filter 'bogus'",
  })
  void refusalsAreTheEnginesOwn(Dialect dialect, String target, int status, String body)
      throws Exception {
    start(dialect);
    String path = target.replace("{", "%7B").replace("}", "%7D").replace("\"", "%22");
    try (EngineClient answer = EngineClient.get(socket(), path)) {
      assertThat(answer.status).isEqualTo(status);
      assertThat(answer.body()).contains(body);
    }
  }

  @Test
  void headersTellWhoItIs() throws Exception {
    start(Dialect.PODMAN_5);
    try (EngineClient ping = EngineClient.get(socket(), "/_ping")) {
      assertThat(ping.headers)
          .containsEntry("Server", "Libpod/5.4.2 (linux)")
          .containsEntry("Libpod-Api-Version", "5.4.2")
          .containsEntry("Api-Version", "1.41")
          .containsKey("Date");
      assertThat(ping.body()).isEqualTo("OK");
    }
    engine.apiVersions("1.52", "1.60");
    assertThat(EngineClient.json(socket(), "/version").get("MinAPIVersion").asText())
        .isEqualTo("1.52");
  }

  @Test
  void podmanListsNeitherPausedContainersNorAdjacentPorts() throws Exception {
    start(Dialect.PODMAN_5);
    String id = engine.run(ContainerSpec.of("web").publish(8080, 80).publish(8081, 81));
    assertThat(EngineClient.json(socket(), "/containers/json").get(0).get("Ports")).hasSize(1);
    engine.pause(id);
    assertThat(get("/containers/json")).isEqualTo("[]\n");
    assertThat(get("/containers/json?all=1")).contains("paused");
  }

  @ParameterizedTest
  @EnumSource(names = {"PODMAN_4", "PODMAN_5"})
  void podmansOwnListNamesPodsAndJoinsAdjacentPorts(Dialect dialect) throws Exception {
    start(dialect);
    engine.run(ContainerSpec.of("member").pod("shop").publish(8080, 80).publish(8081, 81));
    engine.pause(engine.run(ContainerSpec.of("alone").label("a", "b").network("none")));
    JsonNode rows = EngineClient.json(socket(), "/v4.0.0/libpod/containers/json?all=true");
    assertThat(rows).hasSize(3);
    JsonNode infra = rows.get(0);
    JsonNode member = rows.get(1);
    JsonNode alone = rows.get(2);
    assertThat(rows)
        .extracting(row -> row.get("IsInfra").asBoolean())
        .containsExactly(true, false, false);
    assertThat(infra.get("Names").get(0).asText()).endsWith("-infra");
    assertThat(infra.get("Networks").toString()).isEqualTo("[\"podman\"]");
    assertThat(member.get("Names").toString()).isEqualTo("[\"member\"]");
    assertThat(member.get("PodName").asText()).isEqualTo("shop");
    assertThat(member.get("Pod")).isEqualTo(infra.get("Pod"));
    assertThat(member.get("Ports")).isEqualTo(infra.get("Ports"));
    assertThat(member.get("Ports").toString())
        .isEqualTo(
            "[{\"container_port\":80,\"host_ip\":\"\",\"host_port\":8080,\"protocol\":\"tcp\",\"range\":2}]");
    assertThat(inspect("member").at("/HostConfig/NetworkMode").asText())
        .isEqualTo("container:" + infra.get("Id").asText());
    assertThat(alone.get("State").asText()).isEqualTo("paused");
    assertThat(alone.get("PodName").asText()).isEmpty();
    assertThat(alone.get("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(alone.get("ExitedAt").asLong()).isEqualTo(-62135596800L);
    assertThat(status("/libpod/containers/json"))
        .isEqualTo(404); // Podman knows it only with a version
    Fault fault = engine.faults().on(Endpoint.LIST).reply(r -> r.status(500));
    assertThat(status("/containers/json")).isEqualTo(500);
    assertThat(status("/v4.0.0/libpod/containers/json")).isEqualTo(200);
    fault.lift();
    engine.faults().on(Endpoint.LIBPOD_LIST).reply(r -> r.status(500));
    assertThat(status("/containers/json")).isEqualTo(200);
    assertThat(status("/v4.0.0/libpod/containers/json")).isEqualTo(500);
  }

  @Test
  void dockerKeepsARestartingContainerInTheListUntilItIsStarted() throws Exception {
    start(Dialect.DOCKER_28);
    String id = engine.run(ContainerSpec.of("web").restart("always"));
    engine.die(id, 7);
    assertThat(EngineClient.json(socket(), "/containers/json").get(0).get("State").asText())
        .isEqualTo("restarting");
    assertThat(inspect(id).at("/State/Running").asBoolean()).isTrue();
    engine.start(id);
    assertThat(inspect(id).at("/State/Status").asText()).isEqualTo("running");
    assertThat(inspect(id).at("/RestartCount").asInt()).isEqualTo(1);
  }

  @Test
  void podmanRestartsAtOnce() throws Exception {
    start(Dialect.PODMAN_4);
    String id = engine.run(ContainerSpec.of("web").restart("on-failure:1"));
    engine.die(id, 7);
    assertThat(inspect(id).at("/State/Status").asText()).isEqualTo("running");
    engine.die(id, 7);
    assertThat(inspect(id).at("/State/Status").asText()).isEqualTo("exited");
  }

  @Test
  void dockerReplaysTheLast256EventsAndPodmanItsLog() throws Exception {
    for (Dialect dialect : List.of(Dialect.DOCKER_28, Dialect.PODMAN_5)) {
      start(dialect);
      engine.runMany(300);
      engine.emit("{\"last\":true}");
      int count = 0;
      try (EngineClient stream = events("?since=1")) {
        while (!stream.chunk().contains("last")) {
          count++;
        }
      }
      assertThat(count).isEqualTo(dialect.podman() ? 900 : 255);
      engine.close();
    }
  }

  @Test
  void filtersChooseEventsAndContainers() throws Exception {
    start(Dialect.DOCKER_28);
    try (EngineClient stream = events("?filters=" + filters("type", "container"))) {
      patiently().until(() -> engine.streams() == 1);
      engine.run(ContainerSpec.of("web").label("a", "b"));
      assertThat(stream.event().get("Action").asText()).isEqualTo("create");
      assertThat(stream.event().get("Action").asText()).isEqualTo("start");
    }
    engine.create(ContainerSpec.of("new"));
    assertThat(get("/containers/json?filters=" + filters("status", "created")))
        .contains("/new")
        .doesNotContain("/web");
  }

  @Test
  void dockerLosesEventsForAReaderThatDoesNotRead() throws Exception {
    EventLog log = new EventLog(Dialect.DOCKER_28);
    EventLog.Subscription idle = log.subscribe(new Filters("{}", List.of()), Long.MAX_VALUE);
    for (int i = 0; i < 1030; i++) {
      log.append(SentEvent.raw(Integer.toString(i), i));
    }
    for (int i = 0; i < 1024; i++) {
      assertThat(idle.take().json()).isEqualTo(Integer.toString(i));
    }
    log.append(SentEvent.raw("later", 1030));
    assertThat(idle.take().json()).isEqualTo("later");
  }

  @Test
  void aStreamWhoseClientHasGoneIsGivenUp() throws Exception {
    start(Dialect.DOCKER_28);
    try (EngineClient stream = events("")) {
      assertThat(stream.status).isEqualTo(200);
      patiently().until(() -> engine.streams() == 1);
    }
    patiently().until(() -> engine.streams() == 0);
  }

  @Test
  void cutStreamsEndWithoutALastChunk() throws Exception {
    start(Dialect.DOCKER_28);
    try (EngineClient stream = events("")) {
      patiently().until(() -> engine.streams() == 1);
      engine.cutStreams();
      assertThatThrownBy(stream::chunk).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aCrashLeavesASocketThatRefusesAndABootEndsWhatWasLeft() throws Exception {
    start(Dialect.DOCKER_28);
    String web = engine.run(ContainerSpec.of("web"));
    String db = engine.run(ContainerSpec.of("db").restart("always"));
    try (EngineClient stream = events("")) {
      engine.crash();
      assertThatThrownBy(stream::chunk).isInstanceOf(IOException.class);
    }
    assertThat(socket()).exists();
    assertThatThrownBy(() -> get("/_ping")).isInstanceOf(SocketException.class);
    engine.boot();
    assertThat(inspect(web).at("/State/Status").asText()).isEqualTo("exited");
    assertThat(inspect(db).at("/State/Status").asText()).isEqualTo("running");
    try (EngineClient stream = events("?since=1")) {
      assertThat(stream.event().get("Action").asText()).isEqualTo("kill"); // the ring is new
    }
  }

  @Test
  void dockerShutDownStopsContainersAndItsBootStartsThoseWithAPolicy() throws Exception {
    start(Dialect.DOCKER_28);
    engine.run(ContainerSpec.of("once"));
    engine.run(ContainerSpec.of("service").restart("unless-stopped"));
    engine.stop(engine.run(ContainerSpec.of("off").restart("unless-stopped")));
    try (EngineClient stream = events("")) {
      patiently().until(() -> engine.streams() == 1);
      engine.shutDown();
      next(stream, "die");
      next(stream, "die");
      assertThatThrownBy(stream::chunk).isInstanceOf(EOFException.class);
    }
    assertThat(socket()).doesNotExist();
    engine.boot();
    assertThat(inspect("once").at("/State/Status").asText()).isEqualTo("exited");
    assertThat(inspect("service").at("/State/Status").asText()).isEqualTo("running");
    assertThat(inspect("off").at("/State/Status").asText()).isEqualTo("exited");
  }

  @Test
  void containersOutliveDockerWithLiveRestoreAndAlwaysPodman() throws Exception {
    for (Dialect dialect : List.of(Dialect.DOCKER_28, Dialect.PODMAN_5)) {
      start(dialect);
      engine.liveRestore();
      String id = engine.run(ContainerSpec.of("web"));
      engine.shutDown();
      engine.boot();
      assertThat(inspect(id).at("/State/Status").asText()).isEqualTo("running");
      engine.close();
    }
  }

  @Test
  void anotherProductOnTheSameSocketKnowsNothingOfTheContainers() throws Exception {
    start(Dialect.DOCKER_28);
    engine.run(ContainerSpec.of("web"));
    engine.boot(Dialect.PODMAN_5);
    assertThat(get("/containers/json?all=1")).isEqualTo("[]\n");
    assertThat(get("/version")).contains("Podman Engine");
  }

  @Test
  void everyRequestIsRemembered() throws Exception {
    start(Dialect.DOCKER_28);
    get("/v1.41/containers/json?all=1");
    try (EngineClient post = EngineClient.send(socket(), "POST", "/containers/x/stop")) {
      assertThat(post.status).isEqualTo(404);
    }
    assertThat(engine.requests())
        .extracting(ReceivedRequest::toString)
        .containsExactly("GET /v1.41/containers/json?all=1", "POST /containers/x/stop");
    assertThat(engine.requests())
        .extracting(ReceivedRequest::endpoint)
        .containsExactly(Endpoint.LIST, Endpoint.OTHER);
  }

  @Test
  void tenThousandContainersAreListed() throws Exception {
    start(Dialect.DOCKER_28);
    List<String> ids = engine.runMany(10_000);
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(EngineClient.json(socket(), "/containers/json")).hasSize(10_000);
  }

  @Test
  void closingFreesEveryThreadAndTheSocket() throws Exception {
    start(Dialect.DOCKER_28);
    engine.faults().on(Endpoint.PING).reply(Reply::hang);
    Thread hung =
        new Thread(
            () -> {
              try {
                get("/_ping");
              } catch (IOException e) {
                // the engine is closed meanwhile
              }
            });
    hung.start();
    try (EngineClient stream = events("")) {
      patiently().until(() -> engine.streams() == 1 && engine.requests().size() == 2);
      engine.close();
      assertThatThrownBy(stream::chunk).isInstanceOf(IOException.class);
    }
    hung.join();
    assertThat(Files.exists(socket())).isFalse();
    patiently().until(() -> engineThreads().isEmpty());
  }

  private static Set<String> engineThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("koi-simulated-engine"))
        .collect(Collectors.toSet());
  }

  private void start(Dialect dialect) {
    engine = SimulatedEngine.start(dialect, socket());
  }

  private Path socket() {
    return directory.resolve("e.sock");
  }

  private String get(String target) throws IOException {
    try (EngineClient client = EngineClient.get(socket(), target)) {
      return client.body();
    }
  }

  private int status(String target) throws IOException {
    try (EngineClient client = EngineClient.get(socket(), target)) {
      return client.status;
    }
  }

  private JsonNode inspect(String id) throws IOException {
    return EngineClient.json(socket(), "/containers/" + id + "/json");
  }

  private EngineClient events(String query) throws IOException {
    return EngineClient.get(socket(), "/events" + query);
  }

  private static void next(EngineClient stream, String action) throws IOException {
    while (!stream.event().path("Action").asText().equals(action)) {
      // another event of the same change
    }
  }

  private static String filters(String key, String value) {
    String json = "{\"" + key + "\":[\"" + value + "\"]}";
    return URLEncoder.encode(json, StandardCharsets.UTF_8);
  }
}
