package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.announce.TwoHosts.Command;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What another host sees of the whole command, without Avahi, and when Avahi is started again. */
class AnnouncingHostIT extends TwoHostsTests {

  /** The whole way: from the engine, by the command, to a client on another host. */
  @Test
  void koiServeAnnouncesWhatTheEngineRuns() throws Exception {
    try (SimulatedEngine engine =
            SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("docker.sock"));
        Command serve = koi("serve", "--announce")) {
      engine.run(ContainerSpec.of("dashboard").label("koi.announce", "dash").publish(3000, 3000));
      awaitFound("dash", "dash", "10.77.0.1", 3000);
      await()
          .atMost(PATIENCE)
          .until(() -> explained("dashboard").contains("yes, as dash.local since"));
      engine.pause("dashboard");
      awaitGone("dash");
      engine.unpause("dashboard");
      await().atMost(PATIENCE).until(() -> balance("dash") > 0);
      engine.stop("dashboard");
      awaitGone("dash");
      assertThat(serve.lines()).noneMatch(line -> line.contains("WARN"));
    }
  }

  private static String explained(String name) throws Exception {
    try (Command explain = koi("explain", name)) {
      explain.process().waitFor();
      return String.join("\n", explain.lines());
    }
  }

  private static Command koi(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(java()));
    command.add("dev.koi.cli.Main");
    command.addAll(List.of(arguments));
    Path socket = directory.resolve("docker.sock");
    command.addAll(
        List.of("--backend", "docker", "--set", "koi.backends.docker.host=unix://" + socket));
    return hosts.start("server", command.toArray(String[]::new));
  }

  @Test
  void jmdnsAnnouncesOnAHostWithoutAvahi() throws Exception {
    try (Command other = startKoi("jmdns");
        Writer set = other.process().outputWriter(UTF_8)) {
      set.write("a,alone,3000,/login\n");
      set.flush();
      awaitLine(other, line -> line.matches("a Withheld.*another program, such as Avahi.*5353.*"));
      hosts.killAvahi("server");
      awaitFound("alone", "alone", "10.77.0.1", 3000);
      awaitLine(browser, line -> has(line, "alone") && line.endsWith("\"path=/login\""));
      awaitLine(other, line -> line.startsWith("a Announced[hostLabel=alone, instanceName=alone,"));
      set.write("\n");
      set.flush();
      awaitGone("alone");
    }
    hosts.startAvahi("server");
  }

  @Test
  void avahiIsStartedAgain() throws Exception {
    want("a,again,3000");
    awaitFound("again", "again", "10.77.0.1", 3000);
    int before = koi.lines().size();
    hosts.killAvahi("server");
    awaitLine(koi, line -> line.contains("running=false, problem=Avahi does not run"));
    hosts.startAvahi("server");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(koi.lines().subList(before, koi.lines().size()))
                    .anyMatch(line -> line.startsWith("a Announced[hostLabel=again,")));
    awaitAddress("again.local", "10.77.0.1");
  }
}
