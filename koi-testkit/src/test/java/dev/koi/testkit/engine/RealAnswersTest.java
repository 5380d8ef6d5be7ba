package dev.koi.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the simulated engine says has the shape of what the real one said in the same operation. */
@Timeout(60)
class RealAnswersTest {
  private static final Map<Dialect, String> ENGINES =
      Map.of(
          Dialect.DOCKER_20, "docker-20.10.24",
          Dialect.DOCKER_26, "docker-26.1.5",
          Dialect.PODMAN_4, "podman-4.3.1",
          Dialect.PODMAN_5, "podman-5.4.2");

  @TempDir Path directory;

  static Stream<Arguments> events() {
    return each(
        Map.of(
            "port-8080-80", e -> e.run(spec().publish(8080, 80)),
            "kill-9", e -> e.kill(e.run(spec()), 9),
            "stop-honours-term", e -> e.stop(e.run(spec())),
            "restart", e -> e.restart(e.run(spec())),
            "rename", e -> e.rename(e.run(spec()), "op-new"),
            "run-d-rm-exit0", e -> e.die(e.run(spec().autoRemove()), 0),
            "rm-f-running", e -> e.remove(e.run(spec())),
            "pause-unpause",
                e -> {
                  String id = e.run(spec());
                  e.pause(id);
                  e.unpause(id);
                },
            "network-connect-disconnect",
                e -> {
                  String id = e.run(spec().publish(8080, 80));
                  e.connectNetwork(id, "labnet");
                  e.disconnectNetwork(id, "labnet");
                  e.connectNetwork(id, "labnet");
                  e.remove(id);
                }));
  }

  static Stream<Arguments> containers() {
    return each(
        Map.of(
            "create",
                e -> e.create(spec().publish(8080, 80).env("KOI_A=1").label("koi.enable", "true")),
            "port-8080-80", e -> e.run(spec().publish(8080, 80)),
            "port-adjacent", e -> e.run(spec().publish(8080, 80).publish(8081, 81)),
            "kill-9", e -> e.kill(e.run(spec()), 9),
            "net-custom-with-alias",
                e -> e.run(spec().network("labcust", "shop").publish(8080, 80)),
            "health.unhealthy", e -> e.health(e.run(spec().healthcheck("cat /ok")), "unhealthy")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("events")
  void eventsHaveTheShapeAndOrderOfTheRealOnes(
      Dialect dialect, String operation, Consumer<SimulatedEngine> script) throws Exception {
    try (SimulatedEngine engine = start(dialect)) {
      script.accept(engine);
      List<String> simulated = new ArrayList<>();
      try (EngineClient stream = EngineClient.get(engine.socket(), "/events?since=1")) {
        engine.emit("{}");
        for (JsonNode event = stream.event(); !event.isEmpty(); event = stream.event()) {
          simulated.add(shapeOf(event));
        }
      }
      assertThat(simulated).isEqualTo(recordedEvents(dialect, operation));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("containers")
  void listAndInspectHaveTheShapeOfTheRealOnes(
      Dialect dialect, String operation, Consumer<SimulatedEngine> script) throws Exception {
    try (SimulatedEngine engine = start(dialect)) {
      script.accept(engine);
      JsonNode row = EngineClient.json(engine.socket(), "/containers/json?all=1").get(0);
      JsonNode simulated =
          EngineClient.json(engine.socket(), "/containers/" + row.get("Id").asText() + "/json");
      JsonNode real = recorded(dialect, operation + ".inspect.json");
      assertThat(shape(simulated)).containsExactlyInAnyOrderElementsOf(shape(real));
      assertThat(simulated.at("/NetworkSettings/Ports"))
          .isEqualTo(real.at("/NetworkSettings/Ports"));
      assertThat(simulated.at("/HostConfig/PortBindings"))
          .isEqualTo(real.at("/HostConfig/PortBindings"));
      assertThat(simulated.at("/HostConfig/NetworkMode"))
          .isEqualTo(real.at("/HostConfig/NetworkMode"));
      if (!operation.startsWith("health")) {
        JsonNode realRow = recordedRow(dialect, operation);
        assertThat(shape(row)).containsExactlyInAnyOrderElementsOf(shape(realRow));
        assertThat(row.get("Ports")).containsExactlyInAnyOrderElementsOf(realRow.get("Ports"));
        assertThat(row.get("State")).isEqualTo(realRow.get("State"));
      }
    }
  }

  @Test
  void podmansOwnListHasTheShapeOfTheRealOne() throws Exception {
    try (SimulatedEngine engine = start(Dialect.PODMAN_4)) {
      engine.run(spec().pod("labpod").publish(8080, 80));
      engine.pause(engine.run(ContainerSpec.of("none").network("none")));
      JsonNode rows = EngineClient.json(engine.socket(), "/v4.0.0/libpod/containers/json?all=true");
      JsonNode real = recorded(Dialect.PODMAN_4, "pod.libpod.json");
      for (int i = 1; i < 3; i++) { // the real infra container has a label
        assertThat(shape(rows.get(i))).isEqualTo(shape(real.get(i)));
      }
      assertThat(rows.get(1).get("Ports")).isEqualTo(real.get(1).get("Ports"));
    }
  }

  private static Stream<Arguments> each(Map<String, Consumer<SimulatedEngine>> scripts) {
    return ENGINES.keySet().stream()
        .sorted()
        .flatMap(
            dialect ->
                scripts.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(s -> Arguments.of(dialect, s.getKey(), s.getValue())));
  }

  private SimulatedEngine start(Dialect dialect) {
    return SimulatedEngine.start(dialect, directory.resolve("e.sock"));
  }

  private static ContainerSpec spec() {
    return ContainerSpec.of("op").image("koi/busybox:1");
  }

  private static List<String> recordedEvents(Dialect dialect, String operation) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    for (String line : Files.readAllLines(file(dialect, operation + ".events.jsonl"))) {
      events.add(EngineClient.JSON.readTree(line));
    }
    events.sort(Comparator.comparing(event -> event.get("timeNano").asLong()));
    // The world has networks and images without their own events.
    return events.stream()
        .filter(
            event ->
                event.get("Type").asText().equals("container")
                    || event.get("Action").asText().contains("connect"))
        .map(RealAnswersTest::shapeOf)
        .toList();
  }

  private static String shapeOf(JsonNode event) {
    return event.get("Type").asText() + " " + event.get("Action").asText() + " " + shape(event);
  }

  private static JsonNode recordedRow(Dialect dialect, String operation) throws Exception {
    Path all = file(dialect, operation + ".listall.json");
    String list = Files.exists(all) ? ".listall.json" : ".list.json";
    return recorded(dialect, operation + list).get(0);
  }

  private static JsonNode recorded(Dialect dialect, String name) throws Exception {
    return EngineClient.JSON.readTree(Files.readString(file(dialect, name)));
  }

  private static Path file(Dialect dialect, String name) throws URISyntaxException {
    Path root = Path.of(RealAnswersTest.class.getResource("recordings").toURI());
    return root.resolve(ENGINES.get(dialect)).resolve(name);
  }

  /** All keys with their paths and the kinds of their values. */
  private static Set<String> shape(JsonNode node) {
    Set<String> shape = new TreeSet<>();
    addShape(node, "", shape);
    return shape;
  }

  private static void addShape(JsonNode node, String path, Set<String> shape) {
    shape.add(path + " " + node.getNodeType());
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      addShape(field.getValue(), path + "/" + field.getKey(), shape);
    }
    if (node.isArray() && !path.endsWith("/Log")) {
      node.forEach(element -> addShape(element, path + "[]", shape));
    }
  }
}
