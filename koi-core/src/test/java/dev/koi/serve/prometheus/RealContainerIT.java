package dev.koi.serve.prometheus;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.koi.docker.engine.RealEngine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a container of a real Docker that {@code koi serve} has named, at
 * whatever port it is. Both run in the engine's network, where its ports are published.
 */
@Timeout(300)
class RealContainerIT {

  private static final String PROMETHEUS = "/usr/bin/prometheus";

  private static final String CONFIGURATION =
      """
      global: {scrape_interval: 1s, scrape_timeout: 1s}
      scrape_configs:
        - job_name: koi
          http_sd_configs:
            - {url: 'http://127.0.0.1:%d/v1/sd/prometheus', refresh_interval: 1s}
          relabel_configs:
            - {source_labels: [__meta_koi_name], target_label: name}
      """;

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final int some = ThreadLocalRandom.current().nextInt(20_000, 30_000); // nobody's ports
  private String network; // a process of the engine's network

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : processes) {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aContainerIsScrapedAlsoAfterItMovedToAnotherPort() throws Exception {
    try (RealEngine docker = RealEngine.docker()) {
      Path engines = Path.of(RealEngine.required("KOI_TEST_ENGINES_DIR"));
      assumeTrue(Files.isExecutable(Path.of(PROMETHEUS)), PROMETHEUS + " is missing");
      network = Files.readString(engines.resolve("world")).replaceAll("\\s.*", "");
      Path configuration = directory.resolve("prometheus.yml");
      Files.writeString(configuration, CONFIGURATION.formatted(some));
      start(
          "target/koi/bin/koi",
          "serve",
          "--port=" + some,
          "--backend=docker",
          "--set=koi.backends.docker.host=" + docker.host());
      start(
          PROMETHEUS,
          "--config.file=" + configuration,
          "--storage.tsdb.path=" + directory.resolve("data"),
          "--web.listen-address=127.0.0.1:" + (some + 1));

      String name = docker.name("exporter");
      String first = exporter(docker, name, some + 2, "demo 1");
      awaitSample(name, some + 2, "1");
      docker.cli("rm", "-f", first);
      exporter(docker, name, some + 3, "demo 2");
      awaitSample(name, some + 3, "2");
    }
  }

  private static String exporter(RealEngine docker, String name, int port, String metric) {
    return docker.runScript(
        name,
        List.of("-p", port + ":80", "--label", "koi.prometheus.scrape=true"),
        "mkdir /www; echo '" + metric + "' >/www/metrics; exec httpd -f -p 80 -h /www");
  }

  private void awaitSample(String name, int port, String value) {
    String query = "http://127.0.0.1:" + (some + 1) + "/api/v1/query?query=demo";
    await()
        .until(
            () -> read("curl", "-s", query),
            answer ->
                answer.contains("\"instance\":\"localhost:" + port + "\"")
                    && answer.contains("\"name\":\"" + name + "\"")
                    && answer.matches("(?s).*\\[[0-9.]+,\"" + value + "\"].*"));
  }

  private Process start(String... command) throws IOException {
    Process process = inNetwork(command).start();
    processes.add(0, process);
    return process;
  }

  private String read(String... command) throws Exception {
    Process process = inNetwork(command).start();
    process.waitFor();
    return Files.readString(output(command));
  }

  private ProcessBuilder inNetwork(String... command) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--target", network, "--net"));
    words.addAll(List.of(command));
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(output(command).toFile());
  }

  private Path output(String... command) {
    return directory.resolve(new File(command[0]).getName() + ".out");
  }
}
