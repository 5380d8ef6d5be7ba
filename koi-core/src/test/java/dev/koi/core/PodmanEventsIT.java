package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.koi.RuntimeEvent;
import dev.koi.docker.engine.RealEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void aPodsMembersComeAndGoWithIt() {
    String pod = engine.pod(engine.name("pod"), "-p", "127.0.0.1::80");
    String web = started("web", "--pod", pod);
    String db = started("db", "--pod", pod);
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
        .untilAsserted(
            () ->
                assertThat(told().stream().skip(before))
                    .filteredOn(event -> !event.endsWith("[networks]"))
                    .containsExactlyInAnyOrderElementsOf(expected));
  }

  @Test
  void aMemberThatEndsLeavesItsPodToTheOthers() {
    String pod = engine.pod(engine.name("pod"));
    String web = started("web", "--pod", pod);
    started("db", "--pod", pod);
    engine.cli("stop", web);
    awaitNext("Stopped " + web);
    engine.cli("rm", web);
    started("witness", "--pod", pod);
  }

  @Test
  void whatKubePlayMakesIsNamedAsPodmanNamesIt() throws Exception {
    String pod = engine.name("kube");
    Path file = kube(pod, engine.image());
    engine.cli("kube", "play", file.toString());
    String web = pod + "-web";
    awaitNext("Started " + web);
    assertThat(instance(web).name()).isEqualTo(web);
    assertThat(instance(web).pod()).contains(pod);
    assertThat(instance(web).labels()).containsEntry("app", "shop");
    engine.cli("kube", "down", file.toString());

    awaitNext("Stopped " + web);
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
  void whatComposeMakesIsNamedByItsService() {
    String web =
        started(
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

    assertThat(instance(web).name()).isEqualTo("web");
    assertThat(instance(web).compose().orElseThrow().project()).isEqualTo("shop");
  }

  @Test
  void healthIsToldWhenItTurnsAndOnlyThen() {
    String web =
        started(
            "web",
            "--health-cmd",
            "test ! -e /ill",
            "--health-interval",
            "disable",
            "--health-retries",
            "1");
    for (int i = 0; i < 3; i++) {
      engine.cli("healthcheck", "run", web);
    }
    awaitNext("Updated " + web + " [health]");
    engine.cli("exec", web, "touch", "/ill");
    for (int i = 0; i < 3; i++) {
      probeThatFails(web);
    }
    String witness = run("witness");

    awaitNext("Updated " + web + " [health]", "Started " + witness);
  }

  private void probeThatFails(String container) {
    assertThat(catchThrowable(() -> engine.cli("healthcheck", "run", container))).isNotNull();
  }

  @Test
  void everyPortOfARangeIsTold() {
    String web =
        started(
            "web",
            "-p",
            "18060:80",
            "-p",
            "18061:81",
            "-p",
            "127.0.0.1:18062-18064:9000-9002",
            "-p",
            "127.0.0.1:18065:53/udp");

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
  void oneThatCrashesForEverIsGoneWhenItIsRemoved() {
    String crash = engine.name("crash");
    engine.runScript(crash, List.of("--restart", "always"), "sleep 0.3; exit 7");
    await().until(() -> told().contains("Stopped " + crash));
    engine.cli("rm", "-f", crash);
    String witness = run("witness");

    await().untilAsserted(() -> assertThat(present()).containsExactly(witness));
  }

  @Test
  void oneThatRemovesItselfEnds() {
    String web = started("web", "--rm");
    engine.cli("stop", web);

    awaitNext("Stopped " + web);
  }

  @Test
  void pruningEndsNothingThatRuns() {
    started("web");
    engine.cli("create", "--name", engine.name("created"), engine.image(), "true");
    engine.cli("container", "prune", "-f", "--filter", "label=" + engine.name("none"));
    started("witness");
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
        .untilAsserted(
            () ->
                assertThat(told().stream().skip(before))
                    .containsExactlyInAnyOrderElementsOf(events));
  }
}
