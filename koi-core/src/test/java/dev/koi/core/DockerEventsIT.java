package dev.koi.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.core.wire.WireFormat;
import dev.koi.docker.engine.RealEngine;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Also what only Docker does, or does in its own way. */
class DockerEventsIT extends RealEngineEvents {

  @Override
  RealEngine engine() {
    return RealEngine.docker();
  }

  @Test
  void otherLimitsAreNoChange() {
    String web = started("web");
    engine.cli("update", "--cpu-shares", "512", web);

    started("witness");
  }

  @Test
  void healthIsToldWhenItTurns() {
    String web =
        started(
            "web",
            "--health-cmd",
            "test -e /well",
            "--health-interval",
            "5s",
            "--health-retries",
            "1");
    awaitNext("Updated " + web + " [health]");
    engine.cli("exec", web, "touch", "/well");

    awaitNext("Updated " + web + " [health]");
  }

  @Test
  void oneThatRunsOutOfMemoryEndsAndOneWhoseChildDoesGoesOn() {
    String whole = engine.name("whole");
    // It lives long enough to be seen, and may have ended when this method returns.
    engine.runScript(whole, List.of("-m", "16m"), "sleep 5; exec tail /dev/zero");
    awaitNext("Started " + whole, "Stopped " + whole);
    String child = engine.name("child");
    engine.runScript(
        child,
        List.of("-m", "16m"),
        "tail /dev/zero; trap 'exit 0' TERM; while :; do sleep 0.1; done");
    awaitNext("Started " + child);
    String witness = started("witness");
    assertThat(present()).containsExactlyInAnyOrder(child, witness);
  }

  @Test
  void oneThatCrashesForEverIsGoneWhenItIsRemovedBetweenTwoLives() {
    String crash = engine.name("crash");
    engine.runScript(crash, List.of("--restart", "always"), "exit 7");
    await().until(() -> told().contains("Stopped " + crash));
    await().until(() -> engine.cli("inspect", "-f", "{{.State.Restarting}}", crash).equals("true"));
    engine.cli("rm", "-f", crash);
    String witness = run("witness");

    await().untilAsserted(() -> assertThat(present()).containsExactly(witness));
    assertThat(told().get(0)).isEqualTo("Started " + crash);
  }

  @Test
  void oneThatCrashesForEverIsGoneWhenItIsStopped() {
    String crash = engine.name("crash");
    engine.runScript(crash, List.of("--restart", "always"), "sleep 0.3; exit 7");
    await().until(() -> told().contains("Stopped " + crash));
    engine.cli("stop", crash);
    String witness = run("witness");

    await().untilAsserted(() -> assertThat(present()).containsExactly(witness));
  }

  @Test
  void everyFormOfAPublishedPortIsTold() {
    String web =
        started(
            "web",
            "-p",
            "18080:80",
            "-p",
            "127.0.0.1:18081:80",
            "-p",
            "[::1]:18082:80",
            "-p",
            "127.0.0.1:18083:53/udp",
            "-p",
            "127.0.0.1:19000-19002:9000-9002",
            "--expose",
            "81");
    Instance told = instance(web);

    assertThat(told.ports().stream().map(Object::toString))
        .containsExactlyInAnyOrder(
            "0.0.0.0:18080->80/tcp",
            "[::]:18080->80/tcp",
            "127.0.0.1:18081->80/tcp",
            "[::1]:18082->80/tcp",
            "127.0.0.1:18083->53/udp",
            "127.0.0.1:19000->9000/tcp",
            "127.0.0.1:19001->9001/tcp",
            "127.0.0.1:19002->9002/tcp");
    assertThat(told.ports()).isSorted();
    assertThat(told.exposedPorts().stream().map(Object::toString)).contains("81/tcp");
  }

  @Test
  void whatOneOnTheHostsNetworkExposesIsTold() {
    String host = started("host", "--network", "host", "--expose", "8080");

    assertThat(instance(host).exposedPorts()).hasSize(1);
  }

  @Test
  void onePublishedAtRandomIsToldWithItsNewPortAfterARestart() {
    String web = started("web", "-P", "--expose", "80");
    assertThat(instance(web).ports()).isNotEmpty().allMatch(port -> port.containerPort() == 80);
    engine.cli("restart", web);

    awaitNext("Stopped " + web, "Started " + web);
    String now = engine.cli("port", web, "80/tcp").lines().findFirst().orElseThrow();
    assertThat(instance(web).ports())
        .anyMatch(port -> now.equals(port.hostIp() + ":" + port.hostPort()));
  }

  @Test
  void whoLivesInTheNetworkOfAnotherIsToldWithItAndFollowsIt() {
    String network = engine.network(engine.name("net"));
    String owner = started("owner", "-p", "127.0.0.1::80");
    String guest = started("guest", "--network", "container:" + owner);
    assertThat(instance(guest).ports()).isEqualTo(instance(owner).ports()).hasSize(1);
    assertThat(instance(guest).ips()).isEqualTo(instance(owner).ips()).hasSize(1);
    engine.cli("network", "connect", network, owner);
    await()
        .untilAsserted(
            () ->
                assertThat(told())
                    .containsExactlyInAnyOrder(
                        "Started " + owner,
                        "Started " + guest,
                        "Updated " + owner + " [networks]",
                        "Updated " + guest + " [networks]"));
    engine.cli("stop", owner);

    await()
        .untilAsserted(
            () ->
                assertThat(told())
                    .contains(
                        "Stopped " + owner,
                        "Updated " + guest + " [exposed_ports, networks, ports]"));
    assertThat(present()).containsExactly(guest);
  }

  @Test
  void replicasAreToldApart() {
    String one = replica(1);
    String two = replica(2);
    assertThat(instance(one).name()).isEqualTo("web").isEqualTo(instance(two).name());
    engine.cli("stop", one);

    awaitNext("Stopped " + one);
    assertThat(instance(two).compose().orElseThrow().service()).isEqualTo("web");
  }

  private String replica(int number) {
    return started(
        "shop-web-" + number,
        "-l",
        "com.docker.compose.project=shop",
        "-l",
        "com.docker.compose.config-hash=5f2c",
        "-l",
        "com.docker.compose.service=web",
        "-l",
        "com.docker.compose.container-number=" + number);
  }

  @Test
  void aForgedAttributeOfAnEventMisleadsNobody() {
    String web =
        started(
            "web",
            "-l",
            "name=evil",
            "-l",
            "container=evil",
            "-l",
            "exitCode=evil",
            "-l",
            "id=evil");
    engine.cli("kill", web);

    awaitNext("Stopped " + web);
  }

  @Test
  void noSecretIsToldOrLogged() throws Exception {
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    StreamHandler handler = new StreamHandler(logged, new SimpleFormatter());
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    Level before = root.getLevel();
    root.addHandler(handler);
    root.setLevel(Level.ALL);
    try {
      String web = engine.name("web");
      engine.runScript(
          web,
          List.of(
              "-e", "PASSWORD=canary",
              "-v", directory + ":/canary",
              "-l", "token=label",
              "--health-cmd", "echo canary",
              "--health-interval", "5s"),
          "trap 'exit 0' TERM; while :; do sleep 0.1; done # canary");
      awaitNext("Started " + web);
      engine.cli("exec", web, "echo", "canary");
      awaitNext("Updated " + web + " [health]");
      engine.cli("rm", "-f", web);
      awaitNext("Stopped " + web);
    } finally {
      root.removeHandler(handler);
      root.setLevel(before);
    }
    handler.flush();
    String told = listener.events().stream().map(e -> e + WireFormat.json(e)).collect(joining());

    assertThat(told).contains("label").doesNotContain("canary");
    assertThat(logged.toString(UTF_8)).contains("dev.koi").doesNotContain("canary");
  }

  /** As many as {@code -Dkoi.many} says: the engine is what takes the time. */
  @Test
  void manyAreToldOnceEach() {
    List<String> names =
        IntStream.range(0, Integer.getInteger("koi.many", 12)).mapToObj(i -> run("m" + i)).toList();
    List<String> events = new ArrayList<>(names.stream().map(name -> "Started " + name).toList());
    await().untilAsserted(() -> assertThat(told()).containsExactlyInAnyOrderElementsOf(events));
    List<String> all = new ArrayList<>(List.of("kill"));
    all.addAll(names);
    engine.cli(all.toArray(String[]::new));
    names.forEach(name -> events.add("Stopped " + name));

    await().untilAsserted(() -> assertThat(told()).containsExactlyInAnyOrderElementsOf(events));
  }
}
