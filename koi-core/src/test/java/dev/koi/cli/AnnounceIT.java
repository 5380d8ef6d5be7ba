package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.LongTest;
import dev.koi.announce.TwoHosts;
import dev.koi.announce.TwoHosts.Command;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built distribution announces a container of a simulated engine, and another host sees it. */
@LongTest
@Timeout(240)
class AnnounceIT {

  private static final Path KOI = Path.of("target/koi/bin/koi").toAbsolutePath();

  /** The client shows the address that it hears of first. */
  private static final String ADDRESS = "(10.77.0.1|fd77::1)";

  @TempDir Path directory;

  private String[] koi(String... words) {
    List<String> command = new ArrayList<>(List.of(KOI.toString()));
    command.addAll(List.of(words));
    command.addAll(List.of("--backend", "docker", "--set", "koi.timing.connect=1m"));
    command.addAll(List.of("--set", "koi.backends.docker.host=unix://" + engineSocket()));
    return command.toArray(String[]::new);
  }

  private Path engineSocket() {
    return directory.resolve("engine.sock");
  }

  private static void awaitLine(Command command, int from, String regex) {
    await()
        .untilAsserted(
            () ->
                assertThat(command.lines().stream().skip(from))
                    .as("of %s", command.lines())
                    .anyMatch(line -> line.matches(regex)));
  }

  @Test
  void aContainerHasItsNameOnTheNetworkWhileItRuns() throws Exception {
    TwoHosts.require();
    try (TwoHosts hosts = new TwoHosts(directory);
        SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, engineSocket());
        Command browser =
            hosts.start("viewer", "stdbuf", "-oL", "avahi-browse", "-pr", "_http._tcp");
        Command serve = hosts.start("server", koi("serve", "--announce"))) {
      awaitLine(serve, 0, "koi: docker: connected to .*");
      String id =
          engine.run(
              ContainerSpec.of("grafana")
                  .publish(8080, 3000)
                  .label("koi.announce", "Grafana")
                  .label("koi.txt.path", "/login"));

      awaitLine(
          browser, 0, "=;eth0;IPv4;Grafana;.*;grafana.local;" + ADDRESS + ";8080;\"path=/login\"");
      assertThat(hosts.in("viewer", "avahi-resolve", "-4", "-n", "grafana.local"))
          .containsExactly("grafana.local\t10.77.0.1");
      assertThat(hosts.in("server", koi("explain", "grafana")))
          .anyMatch(line -> line.matches("announced  yes, as grafana.local since 20.*Z"))
          .contains("  services   _http._tcp on port 8080");

      int seen = browser.lines().size();
      engine.pause(id);
      awaitLine(browser, seen, "-;eth0;IPv4;Grafana;.*");
      seen = browser.lines().size();
      engine.unpause(id);
      awaitLine(browser, seen, "=;eth0;IPv4;Grafana;.*;grafana.local;" + ADDRESS + ";8080;.*");
      seen = browser.lines().size();
      serve.process().destroyForcibly();
      awaitLine(browser, seen, "-;eth0;IPv4;Grafana;.*");
    }
  }
}
