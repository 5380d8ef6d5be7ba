package dev.koi.serve.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.core.Koi;
import dev.koi.core.KoiMetrics;
import dev.koi.core.status.BackendState;
import dev.koi.serve.KoiServer;
import dev.koi.serve.RawClient.Answer;
import dev.koi.serve.TestServer;
import dev.koi.testkit.memory.InMemoryWorld;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusRoutesTest {

  private static final String DISCOVERY = "/v1/sd/prometheus";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Prometheus drops all targets on an empty list, and keeps them on an error. */
  @Test
  void theListIsRefusedUntilTheRuntimeHasBeenListedAndKeptWhenItIsLost() throws Exception {
    try (InMemoryWorld world = InMemoryWorld.open("world")) {
      world.start("web", facts -> facts.ports(List.of(published(8080))));
      world.refuse();
      try (Koi koi =
              Koi.builder().entry("world", Map.of("type", "in-memory")).only("world").start();
          KoiServer server = KoiServer.start(koi, TestServer.settings(Map.of()))) {
        koi.awaitFirstPicture(PATIENCE);
        HttpResponse<String> refused = get(server, DISCOVERY + "?all=true");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("not_ready", "world");

        world.restore();
        assertThat(koi.await(k -> k.status().anyConnected(), PATIENCE)).isTrue();
        assertThat(get(server, DISCOVERY + "?all=true").body())
            .contains("localhost:8080", "\"__meta_koi_stale\":\"false\"");

        world.lose();
        assertThat(koi.await(k -> !k.status().anyConnected(), PATIENCE)).isTrue();
        assertThat(get(server, DISCOVERY + "?all=true").body())
            .contains("localhost:8080", "\"__meta_koi_stale\":\"true\"");
      }
    }
  }

  /** It may be down, and its targets may be known to Prometheus. */
  @Test
  void theListIsRefusedUntilAnyRuntimeHasBeenFound() throws Exception {
    Map<String, Object> entry = Map.of("type", "in-memory", "enabled", "auto");
    try (Koi koi = Koi.builder().entry("absent", entry).only("absent").start();
        KoiServer server = KoiServer.start(koi, TestServer.settings(Map.of()))) {
      koi.awaitFirstPicture(PATIENCE);
      HttpResponse<String> refused = get(server, DISCOVERY);

      assertThat(koi.status().backends().get(0).state()).isEqualTo(BackendState.UNAVAILABLE);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("no runtime has been found yet");
    }
  }

  private static PortMapping published(int port) {
    return new PortMapping(port, 80, PortProtocol.TCP, "0.0.0.0");
  }

  private static HttpResponse<String> get(KoiServer server, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(server.address()).resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theListIsOneJsonArrayAndItsParameterIsChecked() throws Exception {
    try (TestServer server = TestServer.start(Map.of("advertise-host", "edge.example"))) {
      server.run("silent");
      assertThat(server.get(DISCOVERY).body().strip()).isEqualTo("[]");
      server
          .world()
          .start(
              "web",
              facts ->
                  facts
                      .ports(List.of(published(8080)))
                      .labels(Map.of("koi.prometheus.scrape", "true", "a.b", "1")));
      server.koi().await(k -> !k.find("web").isEmpty(), PATIENCE);

      Answer answer = server.get(DISCOVERY);

      assertThat(answer.headers()).containsEntry("content-type", "application/json");
      JsonNode group = answer.json().get(0);
      assertThat(group.get("targets").toString()).isEqualTo("[\"edge.example:8080\"]");
      assertThat(group.get("labels").get("__meta_koi_label_a_b").asText()).isEqualTo("1");
      assertThat(group).hasSize(2); // a further field would have the list refused
      assertThat(server.get(DISCOVERY + "?all=perhaps").status()).isEqualTo(400);
      assertThat(server.get(DISCOVERY + "?al=true").body()).contains("all");
      assertThat(server.koi().find("web").get(0).metadata().problems()).isEmpty();
    }
  }

  @Test
  void theMetersAreThoseOfAnEmbedderAndDoNotGrowWithInstances() throws Exception {
    try (TestServer server = TestServer.start(Map.of())) {
      Answer before = server.get("/metrics");
      for (int i = 0; i < 5; i++) {
        server.run("web-" + i);
      }
      Answer after = server.get("/metrics");

      assertThat(after.headers().get("content-type")).startsWith("text/plain; version=0.0.4");
      assertThat(after.body())
          .contains("koi_instances{backend=\"world\",type=\"in-memory\"} 5.0")
          .contains("koi_changes_total{backend=\"world\",type=\"in-memory\"}")
          .contains("koi_serve_streams 0.0");
      assertThat(after.body().lines().count()).isEqualTo(before.body().lines().count());
      assertThat(after.body().lines().filter(line -> line.startsWith("# HELP ")))
          .isNotEmpty()
          .allMatch(line -> line.matches("# HELP \\S+ \\S.*"));
      SimpleMeterRegistry embedders = new SimpleMeterRegistry();
      new KoiMetrics(server.koi()).bindTo(embedders);
      embedders
          .getMeters()
          .forEach(
              meter ->
                  assertThat(after.body()).contains(meter.getId().getName().replace('.', '_')));
      assertThat(server.get("/metrics?x=1").status()).isEqualTo(400);
    }
  }
}
