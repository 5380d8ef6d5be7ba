package dev.koi.serve.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.koi.Instance;
import dev.koi.LongTest;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.fleet.EtcdServers;
import dev.koi.serve.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus finds an instance here, and scrapes it; Debian's package is enough. */
@LongTest
@Timeout(300)
class PrometheusIT {

  private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");

  private static final String CONFIGURATION =
      """
      global:
        scrape_interval: 1s
        scrape_timeout: 1s
      scrape_configs:
        - job_name: koi
          http_sd_configs:
            - url: http://127.0.0.1:%1$d/v1/sd/prometheus
              refresh_interval: 1s
              authorization: {type: Bearer, credentials_file: %2$s}
          relabel_configs:
            - {source_labels: [__meta_koi_name], target_label: name}
            - {source_labels: [__meta_koi_stale], target_label: stale}
        - job_name: koi-itself
          authorization: {type: Bearer, credentials_file: %2$s}
          static_configs:
            - targets: ['127.0.0.1:%1$d']
      """;

  @TempDir Path directory;
  private final List<HttpServer> exporters = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();
  private TestServer koi;
  private Process prometheus;
  private int port;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(PROMETHEUS), PROMETHEUS + " is missing");
    Path token = Files.writeString(directory.resolve("token"), "0123456789abcdef");
    koi = TestServer.start(Map.of("token-file", token.toString(), "advertise-host", "127.0.0.1"));
    port = EtcdServers.freePorts(1).get(0);
    Path configuration = directory.resolve("prometheus.yml");
    Files.writeString(configuration, CONFIGURATION.formatted(koi.port(), token));
    prometheus =
        new ProcessBuilder(
                PROMETHEUS.toString(),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("prometheus.log").toFile())
            .start();
  }

  @AfterEach
  void end() throws Exception {
    exporters.forEach(exporter -> exporter.stop(0));
    if (prometheus != null) {
      prometheus.destroy();
      if (!prometheus.waitFor(10, TimeUnit.SECONDS)) {
        prometheus.destroyForcibly().waitFor();
      }
    }
    if (koi != null) {
      koi.close();
    }
  }

  /** Starts what runs in the container: it offers a metric, on a port of its own. */
  private int export(String metric) throws IOException {
    HttpServer exporter =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    exporter.createContext(
        "/stats",
        exchange -> {
          byte[] body = (metric + "\n").getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    exporter.start();
    exporters.add(exporter);
    return exporter.getAddress().getPort();
  }

  private static Instance.Builder shop(Instance.Builder facts, int port) {
    return facts
        .ports(List.of(new PortMapping(port, 80, PortProtocol.TCP, "0.0.0.0")))
        .labels(
            Map.of(
                "prometheus.io/scrape", "true",
                "prometheus.io/path", "/stats",
                "a.b/c", "a name that Prometheus would refuse",
                "number", "1"));
  }

  @Test
  void anInstanceThatAsksForItIsScrapedAlsoAtAnotherPortAndWhileItsRuntimeIsLost()
      throws Exception {
    int before = export("demo 1");
    int after = export("demo 2");
    String id = koi.world().start("shop", facts -> shop(facts, before));
    awaitValue("demo{name=\"shop\",stale=\"false\"}", "1");
    awaitValue("koi_instances{job=\"koi-itself\"}", "1");

    koi.world().update(id, facts -> shop(facts, after));
    awaitValue("demo{name=\"shop\",stale=\"false\"}", "2");

    koi.world().lose();
    awaitValue("demo{name=\"shop\",stale=\"true\"}", "2");
    await("targets") // on a busy machine a scrape may take longer than its timeout
        .until(this::targets, List.of("up", "up")::equals);
  }

  private void awaitValue(String query, String value) {
    await(query)
        .ignoreExceptions() // until it listens
        .until(() -> query(query), values -> values.contains(value));
  }

  private List<String> query(String query) throws Exception {
    String encoded = URLEncoder.encode(query, UTF_8);
    List<String> values = new ArrayList<>();
    for (JsonNode result : get("/api/v1/query?query=" + encoded).at("/data/result")) {
      values.add(result.at("/value/1").asText());
    }
    return values;
  }

  private List<String> targets() throws Exception {
    List<String> health = new ArrayList<>();
    for (JsonNode target : get("/api/v1/targets?state=active").at("/data/activeTargets")) {
      health.add(target.get("health").asText());
    }
    return health;
  }

  private JsonNode get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return mapper.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }
}
