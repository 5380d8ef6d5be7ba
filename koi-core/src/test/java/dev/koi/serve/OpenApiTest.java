package dev.koi.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.koi.Health;
import dev.koi.announce.AnnounceStatus;
import dev.koi.announce.AnnouncedName;
import dev.koi.announce.Announcement;
import dev.koi.announce.HostInterface;
import dev.koi.announce.MdnsStatus;
import dev.koi.publish.PublisherStatus.State;
import dev.koi.serve.RawClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The answers are as openapi.json describes them; every answer that it describes is given. */
class OpenApiTest {

  private static final JsonMapper JSON = new JsonMapper();

  /** Answers of every path, which one of them shows, or ServerLimitsTest. */
  private static final Set<Integer> EVERYWHERE = Set.of(401, 403, 414, 431, 503);

  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final Set<String> shown = new TreeSet<>();
  @TempDir Path directory;
  private TestServer server;
  private volatile Optional<AnnounceStatus> announced = Optional.empty();
  private JsonNode description;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.start(
            Map.of(), () -> announced, () -> Optional.of(PublisherRoutesTest.status(State.FAILED)));
    description = JSON.readTree(server.get("/openapi.json").body());
    allowNoOtherFields(description);
  }

  @AfterEach
  void end() {
    server.close();
  }

  /** The description lets later versions add fields; the present answers have none. */
  private static void allowNoOtherFields(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.has("properties")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    node.forEach(OpenApiTest::allowNoOtherFields);
  }

  @Test
  void everyAnswerIsAsDescribed() throws Exception {
    server
        .world()
        .start(
            "web",
            b ->
                b.image("nginx:1")
                    .health(Health.HEALTHY)
                    .labels(
                        Map.of(
                            "koi.enable", "true", "koi.txt.a", "b", "koi.type", "no", "x", "y")));
    server.world().start("db");
    server.koi().await(k -> k.instances().size() == 2, Duration.ofMinutes(1));
    String instances = "/v1/runtime/instances";
    String id = server.koi().find("web").get(0).id();

    show("/v1/runtime/status", "/v1/runtime/status", 200);
    show("/v1/runtime/status", "/v1/runtime/status?x=1", 400);
    show(instances, instances, 200);
    show(
        instances,
        instances + "?backend=world&name=w*&label=x=y&state=running&health=healthy",
        200);
    show(instances, instances + "?group=team-a&host=node-1", 200);
    show(instances, instances + "?health=ill", 400);
    show(instances, instances, 304, "If-None-Match: *");
    for (String more : List.of("", "/explain")) {
      show(instances + "/{id}" + more, instances + "/" + id + more, 200);
      show(instances + "/{id}" + more, instances + "/" + id + more + "?backend=x", 400);
      show(instances + "/{id}" + more, instances + "/nothing" + more, 404);
      show(instances + "/{id}" + more, instances + "/world" + more, 409);
    }
    show("/v1/runtime/events", "/v1/runtime/events", 200);
    show("/v1/runtime/events", "/v1/runtime/events?x=1", 400);
    show("/v1/sd/prometheus", "/v1/sd/prometheus?all=true", 200);
    show("/v1/sd/prometheus", "/v1/sd/prometheus?all=1", 400);
    show("/metrics", "/metrics", 200);
    show("/metrics", "/metrics?x=1", 400);
    show("/healthz", "/healthz", 200);
    show("/readyz", "/readyz", 200);
    show("/openapi.json", "/openapi.json", 200);
    show("/openapi.json", "/openapi.json", 304, "If-None-Match: *");
    show("/", "/", 200);
    show("/", "/", 304, "If-None-Match: *");

    assertThat(shown).containsExactlyInAnyOrderElementsOf(described());
  }

  @Test
  void announcementsAreAsDescribed() throws Exception {
    String id = server.run("web");
    announced = Optional.of(announced(id));

    show("/v1/runtime/status", "/v1/runtime/status", 200);
    String explain = "/v1/runtime/instances/" + id + "/explain";
    show("/v1/runtime/instances/{id}/explain", explain, 200);

    assertThat(JSON.readTree(server.get("/v1/runtime/status").body()).at("/announce/names"))
        .hasSize(2);
    JsonNode names = JSON.readTree(server.get(explain).body()).get("announcements");
    assertThat(names).hasSize(1);
    assertThat(names.at("/0/host_name").stringValue()).isEqualTo("web.local");
    assertThat(server.get("/metrics").body().lines())
        .contains(
            "koi_announce_names{state=\"announced\"} 1.0",
            "koi_announce_names{state=\"withheld\"} 1.0",
            "koi_announce_mdns_running 1.0",
            "koi_announce_interfaces 1.0",
            "koi_announce_commits_total 5.0",
            "koi_announce_suppressed_total 3.0",
            "koi_announce_conflicts_total 1.0",
            "koi_announce_hosts_file_names 1.0",
            "koi_announce_hosts_file_failing 1.0");
  }

  private static AnnounceStatus announced(String id) {
    return new AnnounceStatus(
        new MdnsStatus("avahi", true, "", "server", 5, 3, 1),
        List.of(new HostInterface("eth0", 2, List.of(InetAddress.getLoopbackAddress()))),
        "/run/koi.hosts",
        1,
        "disk full",
        List.of(
            new AnnouncedName(
                new Announcement.Key("world", id, false),
                "announced",
                "web.local",
                "Web",
                List.of(new Announcement.Service("_http._tcp", 8080)),
                Optional.of(Instant.parse("2026-01-01T12:00:00Z")),
                "",
                "web.home.arpa",
                "TCP 127.0.0.1:8080 passed",
                List.of("port 9/sctp is not announced")),
            new AnnouncedName(
                new Announcement.Key("world", "other", false),
                "withheld",
                "",
                "",
                List.of(),
                Optional.empty(),
                "it is paused",
                "",
                "",
                List.of())));
  }

  @Test
  void theEventsOfAStreamAreAsDescribed() throws Exception {
    server.run("web");
    try (RawClient client = server.client()) {
      client.send("GET /v1/runtime/events HTTP/1.1\nHost: localhost\n\n");
      List<String> events = new ArrayList<>();
      String event = "";
      while (!events.containsAll(List.of("synced", "started"))) { // in either order
        String line = client.line();
        if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: {\"")) {
          String schema = Map.of("hello", "Hello", "synced", "Synced").getOrDefault(event, "Event");
          check(
              JSON.createObjectNode().put("$ref", "#/components/schemas/" + schema),
              line.substring(6));
          events.add(event);
        }
      }
      assertThat(events).startsWith("hello");
    }
  }

  @Test
  void theAnswersOfAllPathsAreAsDescribed() throws Exception {
    String status = "/v1/runtime/status";
    show(status, status, 403, "Origin: https://evil.example");
    server.close();
    Path token = Files.writeString(directory.resolve("token"), "0123456789abcdef");
    server = TestServer.start(Map.of("token-file", token.toString(), "max-connections", 1));
    show(status, status, 401);
    await().until(() -> showsThatItIsFull(status)); // the first client may not be gone at once
  }

  /** Shows the answer to a second client, if the server has admitted a first one. */
  private boolean showsThatItIsFull(String status) throws IOException {
    try (RawClient client = server.client()) {
      boolean admitted = client.get("/healthz").status() == 200;
      if (admitted) {
        show(status, status, 503);
      }
      return admitted;
    }
  }

  @Test
  void recordedInstancesAreAsDescribed() throws IOException {
    String recorded;
    try (InputStream file = getClass().getResourceAsStream("/dev/koi/core/wire/golden.jsonl")) {
      recorded = new String(file.readAllBytes(), UTF_8);
    }
    ObjectNode schema = JSON.createObjectNode();
    schema.put("type", "array").putObject("items").put("$ref", "#/components/schemas/Instance");

    assertThat(recorded.lines()).isNotEmpty().allSatisfy(line -> check(schema, line));
  }

  private Set<String> described() {
    Set<String> answers = new TreeSet<>();
    for (String path : description.get("paths").propertyNames()) {
      for (String status : responses(path).propertyNames()) {
        if (!EVERYWHERE.contains(Integer.parseInt(status))) {
          answers.add(path + " " + status);
        }
      }
    }
    return answers;
  }

  private JsonNode responses(String path) {
    return description.get("paths").get(path).get("get").get("responses");
  }

  /** Sends a request, and compares its answer with the description of that path. */
  private void show(String path, String request, int status, String... headers) throws IOException {
    Answer answer = server.get(request, headers);
    assertThat(answer.status()).as(request).isEqualTo(status);
    shown.add(path + " " + status);
    JsonNode response = responses(path).get(status + "");
    if (response.has("$ref")) {
      response = description.at(response.get("$ref").stringValue().substring(1));
    }
    for (String header : response.path("headers").propertyNames()) {
      assertThat(answer.header(header.toLowerCase(Locale.ROOT))).as(header).isNotEmpty();
    }
    JsonNode json = response.path("content").path("application/json");
    if (json.isMissingNode()) {
      String type = response.path("content").propertyNames().stream().findFirst().orElse("");
      assertThat(answer.header("content-type")).startsWith(type);
    } else {
      assertThat(answer.header("content-type")).isEqualTo("application/json");
      check((ObjectNode) json.get("schema"), answer.body());
    }
  }

  private void check(ObjectNode schema, String json) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", description.get("components"));
    assertThat(schemas.getSchema(whole).validate(JSON.readTree(json))).as(json).isEmpty();
  }
}
