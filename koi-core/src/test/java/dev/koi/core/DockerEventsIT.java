package dev.koi.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.core.wire.WireFormat;
import dev.koi.docker.engine.RealEngine;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Also what only Docker does, or does in its own way. */
class DockerEventsIT extends RealEngineEvents {

  @Override
  RealEngine engine() {
    return RealEngine.docker();
  }

  @Test
  void whatIsDoneInOneOrWithItsLimitsIsNoChange() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    for (int i = 0; i < 5; i++) {
      engine.cli("exec", web, "true");
    }
    engine.cli("update", "--cpu-shares", "512", web);
    engine.cli("cp", web + ":/bin/busybox", directory.resolve("busybox").toString());
    engine.cli("export", "-o", directory.resolve("export").toString(), web);
    engine.cli("logs", web);
    String witness = run("witness");

    awaitTold("Started " + web, "Started " + witness);
  }

  @Test
  void healthIsToldWhenItTurns() throws InterruptedException {
    listen();
    String web = engine.name("web");
    engine.run(
        web, "--health-cmd", "test -e /well", "--health-interval", "5s", "--health-retries", "1");
    awaitTold("Started " + web);
    awaitTold("Started " + web, "Updated " + web + " [health]");
    engine.cli("exec", web, "touch", "/well");

    awaitTold("Started " + web, "Updated " + web + " [health]", "Updated " + web + " [health]");
  }

  @Test
  void oneThatRunsOutOfMemoryEndsAndOneWhoseChildDoesGoesOn() throws InterruptedException {
    listen();
    String whole = engine.name("whole");
    // It lives long enough to be seen, and may have ended when this method returns.
    engine.runScript(whole, List.of("-m", "16m"), "sleep 5; exec tail /dev/zero");
    awaitTold("Started " + whole, "Stopped " + whole);
    String child = engine.name("child");
    engine.runScript(
        child,
        List.of("-m", "16m"),
        "tail /dev/zero; trap 'exit 0' TERM; while :; do sleep 0.1; done");
    awaitTold("Started " + whole, "Stopped " + whole, "Started " + child);
    String witness = run("witness");

    awaitTold("Started " + whole, "Stopped " + whole, "Started " + child, "Started " + witness);
    assertThat(present()).containsExactlyInAnyOrder(child, witness);
  }

  @Test
  void oneThatCrashesForEverIsGoneWhenItIsRemovedBetweenTwoLives() throws InterruptedException {
    listen();
    String crash = engine.name("crash");
    engine.runScript(crash, List.of("--restart", "always"), "exit 7");
    patiently().until(() -> told().contains("Stopped " + crash));
    patiently()
        .until(() -> engine.cli("inspect", "-f", "{{.State.Restarting}}", crash).equals("true"));
    engine.cli("rm", "-f", crash);
    String witness = run("witness");

    patiently().untilAsserted(() -> assertThat(present()).containsExactly(witness));
    assertThat(told().get(0)).isEqualTo("Started " + crash);
  }

  @Test
  void oneThatCrashesForEverIsGoneWhenItIsStopped() throws InterruptedException {
    listen();
    String crash = engine.name("crash");
    engine.runScript(crash, List.of("--restart", "always"), "sleep 0.3; exit 7");
    patiently().until(() -> told().contains("Stopped " + crash));
    engine.cli("stop", crash);
    String witness = run("witness");

    patiently().untilAsserted(() -> assertThat(present()).containsExactly(witness));
  }

  @Test
  void oneThatCannotBeStartedIsNotTold() throws InterruptedException {
    listen();
    String web = run("web", "-p", "127.0.0.1::80");
    awaitTold("Started " + web);
    String port = engine.cli("port", web, "80/tcp"); // as in 127.0.0.1:32768
    assertThatThrownBy(() -> run("conflict", "-p", port + ":80"))
        .hasMessageContaining("port is already allocated");
    String unknown = engine.name("unknown");
    assertThatThrownBy(
            () -> engine.cli("run", "--name", unknown, engine.image(), "no-such-command"))
        .hasMessageContaining("not found");
    String witness = run("witness");

    awaitTold("Started " + web, "Started " + witness);
    engine.cli("rm", unknown, engine.name("conflict"));
  }

  @Test
  void everyFormOfAPublishedPortIsTold() throws InterruptedException {
    listen();
    String web =
        run(
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
    awaitTold("Started " + web);
    Instance told = instance(web);

    assertThat(told.ports().stream().map(DockerEventsIT::text))
        .containsExactlyInAnyOrder(
            "0.0.0.0:18080->80/tcp",
            ":::18080->80/tcp",
            "127.0.0.1:18081->80/tcp",
            "::1:18082->80/tcp",
            "127.0.0.1:18083->53/udp",
            "127.0.0.1:19000->9000/tcp",
            "127.0.0.1:19001->9001/tcp",
            "127.0.0.1:19002->9002/tcp");
    assertThat(told.ports()).isSorted();
    assertThat(told.exposedPorts().stream().map(Object::toString)).contains("81/tcp");
  }

  @Test
  void onePublishedAtRandomIsToldWithItsNewPortAfterARestart() throws InterruptedException {
    listen();
    String web = run("web", "-P", "--expose", "80");
    awaitTold("Started " + web);
    assertThat(instance(web).ports()).isNotEmpty().allMatch(port -> port.containerPort() == 80);
    engine.cli("restart", web);

    awaitTold("Started " + web, "Stopped " + web, "Started " + web);
    String now = engine.cli("port", web, "80/tcp").lines().findFirst().orElseThrow();
    assertThat(instance(web).ports())
        .anyMatch(port -> now.equals(port.hostIp() + ":" + port.hostPort()));
  }

  @Test
  void everyNetworkIsTold() throws InterruptedException {
    String one = engine.network(engine.name("a"));
    String two = engine.network(engine.name("b"));
    listen();
    String web = engine.name("web");
    engine.cli(
        "create",
        "--name",
        web,
        "--network",
        two,
        "--network-alias",
        "shop",
        engine.image(),
        "sh",
        "-c",
        "trap 'exit 0' TERM; while :; do sleep 0.1; done");
    engine.cli("network", "connect", one, web);
    engine.cli("start", web);
    awaitTold("Started " + web);

    assertThat(instance(web).networks()).extracting(Network::name).containsExactly(one, two);
    assertThat(instance(web).ips()).hasSize(2);
    engine.cli("rm", "-f", web);
    awaitTold("Started " + web, "Stopped " + web);
  }

  @Test
  void whoHasNoNetworkOfItsOwnIsTold() throws InterruptedException {
    listen();
    String host = run("host", "--network", "host", "--expose", "8080");
    String none = run("none", "--network", "none");
    awaitTold("Started " + host, "Started " + none);

    assertThat(instance(host).networks()).extracting(Network::name).containsExactly("host");
    assertThat(instance(host).exposedPorts()).hasSize(1);
    assertThat(instance(none).networks()).isEmpty();
  }

  @Test
  void whoLivesInTheNetworkOfAnotherIsToldWithItAndFollowsIt() throws InterruptedException {
    String network = engine.network(engine.name("net"));
    listen();
    String owner = run("owner", "-p", "127.0.0.1::80");
    String guest = run("guest", "--network", "container:" + owner);
    awaitTold("Started " + owner, "Started " + guest);
    assertThat(instance(guest).ports()).isEqualTo(instance(owner).ports()).hasSize(1);
    assertThat(instance(guest).ips()).isEqualTo(instance(owner).ips()).hasSize(1);
    engine.cli("network", "connect", network, owner);
    patiently()
        .untilAsserted(
            () ->
                assertThat(told())
                    .containsExactlyInAnyOrder(
                        "Started " + owner,
                        "Started " + guest,
                        "Updated " + owner + " [networks]",
                        "Updated " + guest + " [networks]"));
    engine.cli("stop", owner);

    patiently()
        .untilAsserted(
            () ->
                assertThat(told())
                    .contains(
                        "Stopped " + owner,
                        "Updated " + guest + " [exposed_ports, networks, ports]"));
    assertThat(present()).containsExactly(guest);
  }

  @Test
  void replicasAreToldApart() throws InterruptedException {
    listen();
    String one = replica(1);
    String two = replica(2);
    awaitTold("Started " + one, "Started " + two);
    assertThat(instance(one).name()).isEqualTo("web").isEqualTo(instance(two).name());
    engine.cli("stop", one);

    awaitTold("Started " + one, "Started " + two, "Stopped " + one);
    assertThat(instance(two).compose().orElseThrow().service()).isEqualTo("web");
  }

  private String replica(int number) {
    return run(
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
  void aForgedAttributeOfAnEventMisleadsNobody() throws InterruptedException {
    listen();
    String web =
        run(
            "web",
            "-l",
            "name=evil",
            "-l",
            "container=evil",
            "-l",
            "exitCode=evil",
            "-l",
            "id=evil");
    awaitTold("Started " + web);
    engine.cli("kill", web);

    awaitTold("Started " + web, "Stopped " + web);
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
      listen();
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
      awaitTold("Started " + web);
      engine.cli("exec", web, "echo", "canary");
      awaitTold("Started " + web, "Updated " + web + " [health]");
      engine.cli("rm", "-f", web);
      awaitTold("Started " + web, "Updated " + web + " [health]", "Stopped " + web);
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
  void manyAreToldOnceEach() throws InterruptedException {
    listen();
    List<String> names =
        IntStream.range(0, Integer.getInteger("koi.many", 12)).mapToObj(i -> run("m" + i)).toList();
    List<String> events = new ArrayList<>(names.stream().map(name -> "Started " + name).toList());
    patiently().untilAsserted(() -> assertThat(told()).containsExactlyInAnyOrderElementsOf(events));
    List<String> all = new ArrayList<>(List.of("kill"));
    all.addAll(names);
    engine.cli(all.toArray(String[]::new));
    names.forEach(name -> events.add("Stopped " + name));

    patiently().untilAsserted(() -> assertThat(told()).containsExactlyInAnyOrderElementsOf(events));
  }

  private static String text(PortMapping port) {
    return port.hostIp()
        + ":"
        + port.hostPort()
        + "->"
        + port.containerPort()
        + "/"
        + port.protocol().wireName();
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(60));
  }
}
