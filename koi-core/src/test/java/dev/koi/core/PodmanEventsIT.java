package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.koi.Network;
import dev.koi.RuntimeEvent;
import dev.koi.docker.engine.RealEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Also what only Podman does, or does in its own way. */
class PodmanEventsIT extends RealEngineEvents {

  @Override
  RealEngine engine() {
    return RealEngine.podman();
  }

  @Test
  void aPodsMembersComeAndGoWithIt() throws InterruptedException {
    listen();
    String pod = engine.pod(engine.name("pod"), "-p", "127.0.0.1::80");
    String web = run("web", "--pod", pod);
    String db = run("db", "--pod", pod);
    awaitTold("Started " + web, "Started " + db);
    assertThat(instance(web).pod()).contains(pod);
    assertThat(instance(web).ports()).hasSize(1).isEqualTo(instance(db).ports());
    assertThat(instance(web).ips()).hasSize(1).isEqualTo(instance(db).ips());

    tellsOfBoth("Stopped", web, db, () -> engine.cli("pod", "stop", pod));
    tellsOfBoth("Started", web, db, () -> engine.cli("pod", "start", pod));
    tellsOfBoth("Updated [state]", web, db, () -> engine.cli("pod", "pause", pod));
    tellsOfBoth("Updated [state]", web, db, () -> engine.cli("pod", "unpause", pod));
    restartPod(pod, web, db);
    assertThat(instance(web).ips()).hasSize(1).isEqualTo(instance(db).ips());
    tellsOfBoth("Stopped", web, db, () -> engine.cli("pod", "rm", "-f", pod)); // 10 s on Podman 5
    assertThat(listener.events())
        .filteredOn(RuntimeEvent.Started.class::isInstance)
        .noneMatch(event -> event.toString().contains("-infra"));
  }

  /**
   * A member that has not been restarted when the pod's network has been may be seen without it.
   */
  private void restartPod(String pod, String... members) {
    int before = told().size();
    engine.cli("pod", "restart", pod);
    List<String> expected =
        Stream.of(members)
            .flatMap(name -> Stream.of("Stopped " + name, "Started " + name))
            .toList();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(told().stream().skip(before))
                    .filteredOn(event -> !event.endsWith("[networks]"))
                    .containsExactlyInAnyOrderElementsOf(expected));
  }

  @Test
  void aMemberThatEndsLeavesItsPodToTheOthers() throws InterruptedException {
    listen();
    String pod = engine.pod(engine.name("pod"));
    String web = run("web", "--pod", pod);
    String db = run("db", "--pod", pod);
    awaitTold("Started " + web, "Started " + db);
    engine.cli("stop", web);
    awaitTold("Started " + web, "Started " + db, "Stopped " + web);
    engine.cli("rm", web);
    String witness = run("witness", "--pod", pod);

    awaitTold("Started " + web, "Started " + db, "Stopped " + web, "Started " + witness);
  }

  @Test
  void whatKubePlayMakesIsNamedAsPodmanNamesIt() throws Exception {
    listen();
    String pod = engine.name("kube");
    Path file = kube(pod, engine.image());
    engine.cli("kube", "play", file.toString());
    String web = pod + "-web";
    awaitTold("Started " + web);
    assertThat(instance(web).name()).isEqualTo(web);
    assertThat(instance(web).pod()).contains(pod);
    assertThat(instance(web).labels()).containsEntry("app", "shop");
    engine.cli("kube", "down", file.toString());

    awaitTold("Started " + web, "Stopped " + web);
  }

  private Path kube(String pod, String image) throws IOException {
    return Files.writeString(
        directory.resolve("pod.yaml"),
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: {app: shop}
        spec:
          containers:
          - name: web
            image: %s
            command: [/bin/sh, -c, "trap 'exit 0' TERM; while :; do /bin/sleep 0.1; done"]
        """
            .formatted(pod, image));
  }

  @Test
  void whatComposeMakesIsNamedByItsService() throws InterruptedException {
    listen();
    String web =
        run(
            "shop_web_1",
            "-l",
            "io.podman.compose.project=shop",
            "-l",
            "com.docker.compose.project=shop",
            "-l",
            "io.podman.compose.config-hash=9e1a",
            "-l",
            "com.docker.compose.service=web",
            "-l",
            "com.docker.compose.container-number=1");
    awaitTold("Started " + web);

    assertThat(instance(web).name()).isEqualTo("web");
    assertThat(instance(web).compose().orElseThrow().project()).isEqualTo("shop");
  }

  @Test
  void whatIsDoneInOneIsNoChange() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    for (int i = 0; i < 5; i++) {
      engine.cli("exec", web, "true");
    }
    engine.cli("cp", web + ":/bin/busybox", directory.resolve("busybox").toString());
    engine.cli("commit", "-q", web, engine.name("image"));
    engine.cli("logs", web);
    engine.cli("top", web);
    String witness = run("witness");

    awaitTold("Started " + web, "Started " + witness);
    engine.cli("rmi", engine.name("image"));
  }

  @Test
  void healthIsToldWhenItTurnsAndOnlyThen() throws InterruptedException {
    listen();
    String web = engine.name("web");
    engine.run(
        web,
        "--health-cmd",
        "test ! -e /ill",
        "--health-interval",
        "disable",
        "--health-retries",
        "1");
    awaitTold("Started " + web);
    for (int i = 0; i < 3; i++) {
      engine.cli("healthcheck", "run", web);
    }
    awaitTold("Started " + web, "Updated " + web + " [health]");
    engine.cli("exec", web, "touch", "/ill");
    for (int i = 0; i < 3; i++) {
      probeThatFails(web);
    }
    String witness = run("witness");

    awaitTold(
        "Started " + web,
        "Updated " + web + " [health]",
        "Updated " + web + " [health]",
        "Started " + witness);
  }

  private void probeThatFails(String container) {
    assertThat(catchThrowable(() -> engine.cli("healthcheck", "run", container))).isNotNull();
  }

  @Test
  void oneThatCannotBeStartedIsNotTold() throws InterruptedException {
    listen();
    String web = run("web", "-p", "127.0.0.1:18094:80");
    awaitTold("Started " + web);
    assertThat(catchThrowable(() -> run("conflict", "-p", "127.0.0.1:18094:80"))).isNotNull();
    String unknown = engine.name("unknown");
    assertThat(
            catchThrowable(
                () -> engine.cli("run", "--name", unknown, engine.image(), "no-such-command")))
        .isNotNull();
    String witness = run("witness");

    awaitTold("Started " + web, "Started " + witness);
    engine.cli("rm", "-f", unknown, engine.name("conflict"));
  }

  @Test
  void everyPortOfARangeIsTold() throws InterruptedException {
    listen();
    String web =
        run(
            "web",
            "-p",
            "18060:80",
            "-p",
            "18061:81",
            "-p",
            "127.0.0.1:18062-18064:9000-9002",
            "-p",
            "127.0.0.1:18065:53/udp");
    awaitTold("Started " + web);

    assertThat(instance(web).ports().stream().map(Object::toString))
        .containsExactlyInAnyOrder(
            "0.0.0.0:18060->80/tcp",
            "0.0.0.0:18061->81/tcp",
            "127.0.0.1:18062->9000/tcp",
            "127.0.0.1:18063->9001/tcp",
            "127.0.0.1:18064->9002/tcp",
            "127.0.0.1:18065->53/udp");
  }

  @Test
  void everyNetworkIsTold() throws InterruptedException {
    String one = engine.network(engine.name("a"));
    String two = engine.network(engine.name("b"));
    listen();
    String web = run("web", "--network", one, "--network", two);
    String host = run("host", "--network", "host");
    String none = run("none", "--network", "none");
    awaitTold("Started " + web, "Started " + host, "Started " + none);

    assertThat(instance(web).networks()).extracting(Network::name).containsExactly(one, two);
    assertThat(instance(web).ips()).hasSize(2);
    assertThat(instance(host).networks()).extracting(Network::name).containsExactly("host");
    assertThat(instance(none).networks()).isEmpty();
  }

  @Test
  void oneThatCrashesForEverIsGoneWhenItIsRemoved() throws InterruptedException {
    listen();
    String crash = engine.name("crash");
    engine.runScript(crash, List.of("--restart", "always"), "sleep 0.3; exit 7");
    await().atMost(Duration.ofSeconds(30)).until(() -> told().contains("Stopped " + crash));
    engine.cli("rm", "-f", crash);
    String witness = run("witness");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(present()).containsExactly(witness));
  }

  @Test
  void oneThatRemovesItselfEnds() throws InterruptedException {
    listen();
    String web = run("web", "--rm");
    awaitTold("Started " + web);
    engine.cli("stop", web);

    awaitTold("Started " + web, "Stopped " + web);
  }

  @Test
  void pruningEndsNothingThatRuns() throws InterruptedException {
    listen();
    String web = run("web");
    engine.cli("create", "--name", engine.name("created"), engine.image(), "true");
    engine.cli("container", "prune", "-f", "--filter", "label=" + engine.name("none"));
    String witness = run("witness");

    awaitTold("Started " + web, "Started " + witness);
    engine.cli("rm", "-f", engine.name("created"));
  }

  /** Does it, and waits until that is told of both, in whatever order, and nothing else. */
  private void tellsOfBoth(String what, String one, String other, Runnable action) {
    String[] words = what.split(" ", 2);
    String after = words.length == 1 ? "" : " " + words[1];
    tells(
        Stream.of(one, other).map(name -> words[0] + " " + name + after).sorted().toList(), action);
  }

  private void tells(List<String> events, Runnable action) {
    int before = told().size();
    action.run();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(told().stream().skip(before))
                    .containsExactlyInAnyOrderElementsOf(events));
  }
}
