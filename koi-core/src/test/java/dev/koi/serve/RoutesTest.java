package dev.koi.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.koi.Health;
import dev.koi.core.explain.Explanation;
import dev.koi.core.wire.WireFormat;
import dev.koi.serve.RawClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of the routes. */
class RoutesTest {

  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(Map.of());
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @BeforeEach
  void nothingRuns() throws Exception {
    server.koi().instances().forEach(instance -> server.world().stop(instance.id()));
    server.koi().await(k -> k.instances().isEmpty(), Duration.ofMinutes(1));
  }

  @Test
  void theStatusHasTheThreeFieldsOfKoiRuntimeAndTheBackends() throws Exception {
    server.run("web");

    JsonNode status = server.get("/v1/runtime/status").json();

    assertThat(status.get("active").booleanValue()).isTrue();
    assertThat(status.get("backend").textValue()).isEqualTo("world");
    assertThat(status.get("instance_count").intValue()).isEqualTo(1);
    assertThat(status.get("backends").get(0).get("state").textValue()).isEqualTo("connected");
    assertThat(status.get("problems")).isEmpty();
  }

  @Test
  void withoutAConnectedBackendTheStatusSaysNull() throws Exception {
    server.world().lose();
    server.koi().await(k -> !k.status().anyConnected(), Duration.ofMinutes(1));

    JsonNode status = server.get("/v1/runtime/status").json();

    assertThat(status.get("active").booleanValue()).isFalse();
    assertThat(status.get("backend").isNull()).isTrue();
    server.world().restore();
    assertThat(server.koi().await(k -> k.status().anyConnected(), Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void instancesAreTheArrayThatTheCommandPrints() throws Exception {
    assertThat(server.get("/v1/runtime/instances").body()).isEqualTo("[]\n");

    server.run("web");
    server.run("db");

    assertThat(server.get("/v1/runtime/instances").body())
        .isEqualTo(WireFormat.json(server.koi().instances()) + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "name=web, web",
    "name=w*&name=db, db web",
    "label=tier%3Dback, db",
    "label=tier&name=web, web",
    "state=running, db web",
    "state=paused, ''",
    "health=healthy, web",
    "health=none, db",
    "health=none&health=healthy, db web",
    "backend=world, db web",
  })
  void aQueryChoosesInstances(String query, String names) throws Exception {
    server.world().start("web", b -> b.labels(Map.of("tier", "front")).health(Health.HEALTHY));
    server.world().start("db", b -> b.labels(Map.of("tier", "back")));
    server.koi().await(k -> k.instances().size() == 2, Duration.ofMinutes(1));

    JsonNode found = server.get("/v1/runtime/instances?" + query).json();

    assertThat(String.join(" ", found.findValuesAsText("container_name"))).isEqualTo(names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/runtime/instances?nme=web | unknown parameter 'nme'; there are: backend, group, health, host, label,"
            + " name, state; did you mean 'name'?",
        "/v1/runtime/instances?backend=dcker | backend cannot be 'dcker'; there are: world",
        "/v1/runtime/instances?health=ill | health cannot be 'ill'; there are: healthy, none,"
            + " starting, unhealthy",
        "/v1/runtime/instances?state=runing | state must be one of running, paused, restarting,"
            + " starting, healthy, unhealthy, but was 'runing'",
        "/v1/runtime/instances?label=%3Dx | label needs KEY or KEY=VALUE, but was given '=x'",
        "/v1/runtime/instances?name=%C3%28 | the query is not correctly encoded",
        "/v1/runtime/status?name=web | this takes no parameters, but was given 'name'",
        "/v1/runtime/instances/abcd?name=web | unknown parameter 'name'; there are: backend",
      })
  void aWrongQueryIsRefusedByName(String path, String message) throws Exception {
    Answer answer = server.get(path);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("error").textValue()).isEqualTo("bad_request");
    assertThat(answer.json().get("message").textValue()).isEqualTo(message);
  }

  @Test
  void aClientThatHasTheInstancesGetsThemAgainOnlyAfterAChange() throws Exception {
    server.run("web");
    String path = "/v1/runtime/instances";
    String etag = server.get(path).header("etag");
    assertThat(etag).startsWith("\"");

    assertThat(server.get(path, "If-None-Match: \"@=\", W/\"x\"").status()).isEqualTo(200);
    assertThat(server.get(path, "If-None-Match: W/" + etag).status()).isEqualTo(304);
    assertThat(server.get(path, "If-None-Match: *").status()).isEqualTo(304);
    Answer same = server.get(path, "If-None-Match: \"@=\", W/\"x, \"," + etag);
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.header("etag")).isEqualTo(etag);
    assertThat(server.get(path, "If-None-Match: W/\"x\", W/" + etag).status()).isEqualTo(304);
    assertThat(server.get(path, "If-None-Match: *").status()).isEqualTo(304);
    assertThat(server.get(path, "If-None-Match: \"x, W/\\, *").status()).isEqualTo(200);
    assertThat(server.get(path + "?name=web").header("etag")).isNotEqualTo(etag);

    server.run("db");
    assertThat(server.get(path, "If-None-Match: " + etag).status()).isEqualTo(200);
  }

  @Test
  void anInstanceIsFoundByItsIdAndByTheBeginningOfIt() throws Exception {
    String id = server.run("web");

    for (String asked : List.of(id, id + "?backend=world", id.substring(0, 4), "WORLD-")) {
      JsonNode found = server.get("/v1/runtime/instances/" + asked).json();
      assertThat(found.get("id").textValue()).as(asked).isEqualTo(id);
    }
  }

  @Test
  void severalInstancesWithThisBeginningAreNamed() throws Exception {
    String one = server.run("web");
    String other = server.run("db");

    Answer answer = server.get("/v1/runtime/instances/" + one.substring(0, 4));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().get("error").textValue()).isEqualTo("ambiguous");
    assertThat(answer.json().get("message").textValue())
        .contains("world/" + one)
        .contains("world/" + other);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/runtime/instances/web",
        "/v1/runtime/instances/",
        "/v1/runtime/instances/wor"
      })
  void anUnknownIdIsNotFound(String path) throws Exception {
    Answer answer = server.get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().get("message").textValue()).startsWith("no instance has the id '");
  }

  @Test
  void anExplanationIsTheObjectThatTheCommandPrints() throws Exception {
    String id = server.run("web");

    assertThat(server.get("/v1/runtime/instances/" + id + "/explain").body())
        .isEqualTo(
            WireFormat.explanation(Explanation.of(server.koi().find(id).get(0)), "", List.of())
                + "\n");
  }

  @Test
  void probesAnswerOk() throws Exception {
    assertThat(server.get("/healthz").body()).isEqualTo("{\"status\":\"ok\"}\n");
    assertThat(server.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void thePageIsServedWithAPolicyThatRunsNoCodeInIt() throws Exception {
    Answer page = server.get("/");

    assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.body()).startsWith("<!doctype html>");
    assertThat(page.header("content-security-policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.header("cache-control")).isEqualTo("no-cache");
    assertThat(server.get("/index.html").body()).isEqualTo(page.body());
    assertThat(server.get("/", "If-None-Match: " + page.header("etag")).status()).isEqualTo(304);
  }

  @Test
  void everyFileThatThePageLoadsIsServed() throws Exception {
    Matcher files = Pattern.compile("(?:src|href)=\"([^\"/]+)\"").matcher(server.get("/").body());
    List<String> loaded = files.results().map(file -> file.group(1)).toList();

    assertThat(loaded).contains("koi.css", "koi.js", "koi.svg");
    for (String file : loaded) {
      assertThat(server.get("/" + file).status()).as(file).isEqualTo(200);
    }
  }

  @Test
  void nothingElseIsServed() throws Exception {
    for (String path : List.of("/x", "/page/index.html", "/v1", "/PageFiles.class", "/index.htm")) {
      Answer answer = server.get(path);
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.json().get("error").textValue()).isEqualTo("not_found");
    }
  }

  @Test
  void aHeadRequestGetsTheHeadOnly() throws Exception {
    server.run("web");
    try (RawClient client = server.client()) {
      Answer head = client.request("HEAD /v1/runtime/instances HTTP/1.1\nHost: localhost\n");
      Answer get = client.get("/v1/runtime/instances");

      assertThat(head.headers()).containsEntry("content-length", get.header("content-length"));
      assertThat(head.header("etag")).isEqualTo(get.header("etag"));
    }
  }

  @Test
  void theHeadOfTheStreamHasNoLength() throws Exception {
    try (RawClient client = server.client()) {
      Answer head = client.request("HEAD /v1/runtime/events HTTP/1.1\nHost: localhost\n");

      assertThat(head.headers())
          .containsEntry("content-type", "text/event-stream")
          .doesNotContainKey("content-length");
      assertThat(client.get("/v1/runtime/status").status()).isEqualTo(200);
    }
  }

  @Test
  void onlyWhatTheReadmeNamesHasAnEtag() throws Exception {
    String id = server.run("web");
    for (String path : List.of("/v1/runtime/instances", "/", "/koi.js", "/openapi.json")) {
      assertThat(server.get(path).headers()).as(path).containsKey("etag");
    }
    for (String path :
        List.of(
            "/v1/runtime/instances/" + id,
            "/v1/runtime/status",
            "/v1/sd/prometheus",
            "/metrics",
            "/healthz")) {
      assertThat(server.get(path).headers()).as(path).doesNotContainKey("etag");
    }
  }

  @Test
  void everyAnswerHasTheHeadersThatKeepBrowsersSafe() throws Exception {
    for (String path : List.of("/", "/v1/runtime/status", "/healthz", "/x", "//")) {
      assertThat(server.get(path).headers())
          .as(path)
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("referrer-policy", "no-referrer")
          .containsEntry("cross-origin-resource-policy", "same-origin")
          .containsKeys("content-security-policy", "cache-control")
          .doesNotContainKeys("server", "access-control-allow-origin");
    }
  }
}
