package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.core.dispatch.Grammar;
import dev.koi.core.status.BackendStatus;
import dev.koi.docker.engine.RealEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Podman needs no daemon: its service comes and goes while the containers run on. The services of
 * these tests show the same containers as that of {@code KOI_TEST_PODMAN}, and end by themselves.
 */
@Timeout(180)
class PodmanServiceIT {

  @TempDir Path directory;
  private final Grammar listener = new Grammar();
  private RealEngine podman;
  private Path engines;
  private Path socket;
  private Path pid; // where the service notes its number in the engines' namespace
  private Process service; // null until it is started
  private Koi koi; // null until watch() is called

  @BeforeEach
  void open() {
    podman = RealEngine.podman();
    engines = Path.of(RealEngine.required("KOI_TEST_ENGINES_DIR"));
    socket = engines.resolve(podman.name("") + ".sock");
    pid = engines.resolve(podman.name("") + ".pid");
  }

  @AfterEach
  void close() throws Exception {
    if (koi != null) {
      koi.close();
      listener.verify();
    }
    if (podman != null) { // null if the test was skipped
      podman.close();
    }
    if (service != null) {
      service.waitFor();
      Files.deleteIfExists(socket);
    }
  }

  @Test
  void aServiceThatMayIdleOutStaysForTheWatchAndIsFollowedWhenItComesBack() throws Exception {
    String web = run("web");
    serve(10, containersConf("file"));
    watch();
    awaitTold("Started " + web);
    await().pollDelay(Duration.ofSeconds(15)).until(service::isAlive);
    podman.cli("stop", web);
    awaitTold("Started " + web, "Stopped " + web);
    koi.close();
    assertThat(service.waitFor()).as("exit code of an idle service").isZero();
    assertThat(told()).containsExactly("Started " + web, "Stopped " + web);
  }

  @Test
  void aServiceThatComesBackHasItsOutageToldOnce() throws Exception {
    String web = run("web");
    serve(10, containersConf("file"));
    watch();
    awaitTold("Started " + web);
    kill();
    awaitTold("Started " + web, "BackendDisconnected");
    String later = run("later");
    podman.cli("stop", web);
    serve(10, containersConf("file"));

    await()
        .untilAsserted(
            () ->
                assertThat(told())
                    .containsExactlyInAnyOrder(
                        "Started " + web,
                        "BackendDisconnected",
                        "Stopped " + web,
                        "Started " + later,
                        "BackendReconnected")
                    .endsWith("BackendReconnected"));
  }

  @Test
  void withoutAnEventLogTheListsAreFollowed() throws Exception {
    String web = run("web");
    serve(30, containersConf("none"));
    watch();
    awaitTold("Started " + web);
    await()
        .untilAsserted(
            () ->
                assertThat(status().reason())
                    .startsWith("changes are looked for every 5 s, because"));
    podman.cli("stop", web);
    awaitTold("Started " + web, "Stopped " + web);
    podman.cli("start", web);

    awaitTold("Started " + web, "Stopped " + web, "Started " + web);
    assertThat(status().activity().connects()).isLessThanOrEqualTo(2);
  }

  private Path containersConf(String eventsLogger) throws IOException {
    String conf = Files.readString(engines.resolve("containers.conf"));
    return Files.writeString(
        engines.resolve(podman.name(eventsLogger) + ".conf"),
        conf.replaceAll("events_logger = .*", "events_logger = \"" + eventsLogger + "\""));
  }

  /** Starts a service that ends when it has had nothing to do for so long. */
  private void serve(int seconds, Path containersConf) throws IOException {
    Files.deleteIfExists(socket);
    service =
        new ProcessBuilder(
                inside(
                    "sh",
                    "-c",
                    "echo $$ >\"$0\"; exec \"$@\"",
                    pid.toString(),
                    "env",
                    "-i",
                    "HOME=/root",
                    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                    "CONTAINERS_CONF=" + containersConf,
                    "podman",
                    "--root",
                    engines.resolve("podman").toString(),
                    "system",
                    "service",
                    "--time=" + seconds,
                    "unix://" + socket))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("service.log").toFile())
            .start();
    await().until(() -> Files.exists(socket));
  }

  private void kill() throws IOException, InterruptedException {
    String kill = "kill -9 " + Files.readString(pid);
    assertThat(new ProcessBuilder(inside("sh", "-c", kill)).start().waitFor()).isZero();
    service.waitFor();
  }

  private List<String> inside(String... command) throws IOException {
    String first = Files.readString(engines.resolve("world")).replaceAll("\\s.*", "");
    List<String> all =
        new ArrayList<>(List.of("nsenter", "--target", first, "--mount", "--net", "--pid"));
    all.addAll(List.of(command));
    return all;
  }

  private void watch() {
    koi =
        Koi.builder()
            .set("koi.timing.resync", "1h")
            .set("koi.timing.disconnect-grace", "300ms")
            .set("koi.timing.backoff-max", "1s")
            .entry("podman", Map.of("host", "unix://" + socket, "enabled", true))
            .only("podman")
            .start();
    koi.subscribe(listener);
  }

  private BackendStatus status() {
    return koi.status().backends().get(0);
  }

  private String run(String suffix) {
    String name = podman.name(suffix);
    podman.run(name);
    return name;
  }

  private List<String> told() {
    return listener.events().stream()
        .map(Grammar::text)
        .filter(text -> text.startsWith("Backend") || text.contains(podman.name("")))
        .toList();
  }

  private void awaitTold(String... events) {
    await().untilAsserted(() -> assertThat(told()).containsExactly(events));
  }
}
