package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.status.BackendState;
import dev.koi.docker.engine.FilteringProxy;
import dev.koi.docker.engine.RealEngine;
import dev.koi.testkit.engine.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real engines that are killed, frozen and cut off under Koi's eyes. They are this test's own, so
 * that others can use theirs meanwhile; {@code KOI_TEST_ENGINES_CONTROL} names {@code .ci/engines},
 * which starts them.
 */
@Timeout(180)
class RealEngineFaultsIT {

  private static String control;
  private static Path engines;

  private static final Path BUILT = Path.of("target/koi").toAbsolutePath();

  private final KoiBuilder settings =
      Koi.builder()
          .set("koi.timing.resync", "1h")
          .set("koi.timing.disconnect-grace", "300ms")
          .set("koi.timing.backoff-min", "50ms")
          .set("koi.timing.backoff-max", "300ms");

  @TempDir Path directory;

  private final Grammar listener = new Grammar();
  private RealEngine docker;
  private RealEngine podman;
  private Koi koi; // null until watch() is called

  @BeforeAll
  static void start() throws Exception {
    control = RealEngine.required("KOI_TEST_ENGINES_CONTROL");
    engines = Files.createTempDirectory(Path.of("/tmp"), "koi-"); // a short path, as sockets need
    run(Map.of(), List.of(control, "start", engines.toString()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (engines != null) {
      run(Map.of(), List.of(control, "stop", engines.toString()));
    }
  }

  @BeforeEach
  void open() {
    docker = RealEngine.docker("unix://" + engines.resolve("docker.sock"));
    podman = RealEngine.podman("unix://" + engines.resolve("podman.sock"));
  }

  @AfterEach
  void close() {
    control("up", "docker");
    control("up", "podman");
    docker.close();
    podman.close();
    if (koi != null) {
      koi.close();
      listener.verify();
    }
  }

  @Test
  void aKilledDockerEndsItsContainersWhenItComesBack() {
    String plain = run(docker, "plain");
    String always = run(docker, "always", "--restart", "always");
    watch("docker", docker.host());
    awaitTold("Started " + plain, "Started " + always);
    control("down", "docker");
    awaitTold("BackendDisconnected");
    assertThat(present(docker)).hasSize(2);
    control("up", "docker");
    awaitTold("BackendReconnected");
    String later = run(docker, "later");

    awaitTold("Started " + later);
    awaitTruth(docker);
    assertThat(told())
        .contains("Stopped " + plain, "Stopped " + always)
        .filteredOn(text -> text.startsWith("Backend"))
        .hasSize(2);
  }

  @Test
  void aDockerThatIsStoppedInOrderEndsItsContainersAndItsSocketComesBack() {
    String plain = run(docker, "plain");
    watch("docker", docker.host());
    awaitTold("Started " + plain);
    control("down", "docker", "--term");
    awaitTold("BackendDisconnected");
    await().until(() -> koi.status().backends().get(0).state() == BackendState.UNAVAILABLE);
    control("up", "docker");
    awaitTold("BackendReconnected");
    String later = run(docker, "later");

    awaitTold("Started " + later);
    assertThat(told())
        .containsExactlyInAnyOrder(
            "Started " + plain,
            "Stopped " + plain,
            "BackendDisconnected",
            "BackendReconnected",
            "Started " + later);
  }

  @Test
  void podmansContainersOutliveItsServiceAndOneThatDidNotIsStopped() throws Exception {
    String stays = run(podman, "stays");
    String dies = run(podman, "dies");
    String process = podman.cli("inspect", "-f", "{{.State.Pid}}", dies);
    watch("podman", podman.host());
    awaitTold("Started " + stays, "Started " + dies);
    control("down", "podman");
    awaitTold("BackendDisconnected");
    signal("KILL", process);
    control("up", "podman");

    awaitTold("BackendReconnected", "Stopped " + dies);
    awaitTruth(podman);
    assertThat(told())
        .containsExactlyInAnyOrder(
            "Started " + stays,
            "Started " + dies,
            "BackendDisconnected",
            "Stopped " + dies,
            "BackendReconnected");
  }

  @Test
  void whatDiedWhileADockerThatLetsItsContainersLiveWasDownIsToldOnce() throws Exception {
    control(Map.of("DOCKERD_ARGS", "--live-restore"), "restart", "docker");
    try {
      String stays = run(docker, "stays");
      String dies = run(docker, "dies");
      String process = docker.cli("inspect", "-f", "{{.State.Pid}}", dies);
      watch("docker", docker.host());
      awaitTold("Started " + stays, "Started " + dies);
      control("down", "docker");
      awaitTold("BackendDisconnected");
      signal("KILL", process);
      control(Map.of("DOCKERD_ARGS", "--live-restore"), "up", "docker");
      awaitTold("BackendReconnected", "Stopped " + dies);
      String later = run(docker, "later");

      awaitTold("Started " + later);
      awaitTruth(docker);
      assertThat(told())
          .containsExactlyInAnyOrder(
              "Started " + stays,
              "Started " + dies,
              "BackendDisconnected",
              "Stopped " + dies,
              "BackendReconnected",
              "Started " + later);
    } finally {
      koi.close();
      control("restart", "docker");
    }
  }

  @Test
  void whereAProxyRefusesEventsTheListsAreFollowedAndItsSwitchIsNamed() throws Exception {
    Path socket = directory.resolve("filter");
    Set<String> allowed = Set.of("PING", "VERSION", "CONTAINERS");
    try (FilteringProxy filter = FilteringProxy.start(socket, docker.socket(), allowed)) {
      String web = run(docker, "web");
      watch("docker", "unix://" + socket);
      awaitTold("Started " + web);
      await()
          .untilAsserted(
              () ->
                  assertThat(koi.status().backends().get(0).reason())
                      .contains("must allow EVENTS"));
      docker.cli("stop", web);

      awaitTold("Stopped " + web);
      assertThat(told()).containsExactly("Started " + web, "Stopped " + web);
      koi.close();
      assertThat(filter.refused()).isNotEmpty().allMatch(line -> line.contains("/events?"));
    }
  }

  @Test
  void aFrozenDockerIsMissedAndFollowedAgain() throws Exception {
    settings.set("koi.timing.resync", "1s");
    settings.set("koi.timing.list", "3s");
    settings.set("koi.backends.docker.connect-timeout", "2s");
    String web = run(docker, "web");
    watch("docker", docker.host());
    awaitTold("Started " + web);
    String process = Files.readString(engines.resolve("docker.pid")).strip();
    signal("STOP", process);
    try {
      awaitTold("BackendDisconnected");
    } finally {
      signal("CONT", process);
    }
    awaitTold("BackendReconnected");
    docker.cli("stop", web);

    awaitTold("Stopped " + web);
    assertThat(told())
        .containsExactly(
            "Started " + web, "BackendDisconnected", "BackendReconnected", "Stopped " + web);
  }

  @Test
  void aProxyThatCutsAllConnectionsIsNotNoticed() {
    settings.set("koi.timing.disconnect-grace", "1m");
    Path socket = directory.resolve("proxy.sock");
    try (FaultProxy proxy =
        FaultProxy.start(socket, Path.of(docker.host().replaceFirst("^unix://", "")))) {
      watch("docker", "unix://" + socket);
      for (int i = 0; i < 5; i++) {
        String web = run(docker, "web-" + i);
        proxy.cut();
        awaitTold("Started " + web);
        proxy.cut();
        docker.cli("stop", web);
        awaitTold("Stopped " + web);
      }
      awaitTruth(docker);
    }
    assertThat(told()).hasSize(10).noneMatch(text -> text.startsWith("Backend"));
  }

  @Test
  void bothEnginesAreFollowedAtOnce() throws Exception {
    settings.set("koi.backends.docker.host", docker.host());
    watch("podman", podman.host(), "docker", "podman");
    Thread inDocker = new Thread(() -> change(docker));
    Thread inPodman = new Thread(() -> change(podman));
    inDocker.start();
    inPodman.start();
    inDocker.join();
    inPodman.join();

    awaitTruth(docker);
    awaitTruth(podman);
    assertThat(told()).noneMatch(text -> text.startsWith("Backend"));
  }

  private void change(RealEngine engine) {
    for (int i = 0; i < 4; i++) {
      String name = run(engine, "web-" + i);
      engine.cli("restart", name);
      engine.cli("pause", name);
      engine.cli("unpause", name);
      if (i % 2 == 0) {
        engine.cli("rm", "-f", name);
      }
    }
  }

  @Test
  void aKoiThatIsKilledTellsEachContainerOnceWhenItIsStartedAgain() throws Exception {
    List<String> names = List.of(run(docker, "one"), run(docker, "two"), run(docker, "three"));
    Path first = directory.resolve("first");
    Process killed = startKoi(first);
    awaitLines(first, names);
    killed.destroyForcibly().waitFor();
    docker.cli("stop", names.get(0));
    Path second = directory.resolve("second");
    Process again = startKoi(second);
    try {
      awaitLines(second, names.subList(1, 3));
      String witness = run(docker, "witness");
      awaitLines(second, List.of(witness));
      assertThat(lines(second)).hasSize(3).allMatch(line -> line.contains("\"started\""));
    } finally {
      again.destroyForcibly().waitFor();
    }
  }

  @Test
  void aKoiThatIsFrozenTellsWhatItMissedWhenItGoesOn() throws Exception {
    String gone = run(docker, "gone");
    Path out = directory.resolve("out");
    Process frozen = startKoi(out);
    try {
      awaitLines(out, List.of(gone));
      run(Map.of(), List.of("kill", "-STOP", Long.toString(frozen.pid())));
      docker.cli("stop", gone);
      String web = run(docker, "web");
      run(Map.of(), List.of("kill", "-CONT", Long.toString(frozen.pid())));
      await()
          .untilAsserted(
              () ->
                  assertThat(lines(out))
                      .hasSize(3)
                      .anyMatch(line -> line.contains("\"stopped\"") && line.contains(gone))
                      .anyMatch(line -> line.contains("\"started\"") && line.contains(web)));
    } finally {
      frozen.destroyForcibly().waitFor();
    }
  }

  private Process startKoi(Path out) throws IOException {
    return new ProcessBuilder(
            BUILT.resolve("bin/koi").toString(),
            "watch",
            "--json",
            "--backend",
            "docker",
            "--set",
            "koi.backends.docker.host=" + docker.host())
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
  }

  private static void awaitLines(Path out, List<String> names) {
    await()
        .untilAsserted(
            () -> assertThat(Files.readString(out)).contains(names.toArray(String[]::new)));
  }

  /** Returns the lines about this test's containers. */
  private List<String> lines(Path out) throws IOException {
    return Files.readAllLines(out).stream().filter(l -> l.contains(docker.name(""))).toList();
  }

  private static String run(RealEngine engine, String suffix, String... options) {
    String name = engine.name(suffix);
    engine.run(name, options);
    return name;
  }

  private void watch(String entry, String host) {
    watch(entry, host, entry);
  }

  private void watch(String entry, String host, String... entries) {
    koi = settings.set("koi.backends." + entry + ".host", host).only(entries).start();
    koi.subscribe(listener);
  }

  private static void control(Map<String, String> environment, String command, String engine) {
    run(environment, List.of(control, command, engines.toString(), engine));
  }

  private static void control(String command, String engine, String... options) {
    List<String> all = new ArrayList<>(List.of(control, command, engines.toString(), engine));
    all.addAll(Arrays.asList(options));
    run(Map.of(), all);
  }

  /** Sends a signal to a process that the engines know by that number. */
  private static void signal(String signal, String process) throws IOException {
    String first = Files.readString(engines.resolve("world")).replaceAll("\\s.*", "");
    String kill =
        "kill -" + signal + " " + process; // the shell's own: it may be the only one there
    run(Map.of(), List.of("nsenter", "--target", first, "--mount", "--pid", "sh", "-c", kill));
  }

  private static void run(Map<String, String> environment, List<String> command) {
    try {
      Path output = Files.createTempFile("koi-command", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s", command).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, Files.readString(output)).isZero();
      } finally {
        Files.delete(output);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("cannot run " + command, e);
    }
  }

  /** Returns what was told of this test's containers, and of the engines themselves. */
  private List<String> told() {
    return listener.events().stream().filter(this::ours).map(Grammar::text).toList();
  }

  private boolean ours(RuntimeEvent event) {
    String text = Grammar.text(event);
    return Stream.of("Backend", docker.name(""), podman.name("")).anyMatch(text::contains);
  }

  private void awaitTold(String... events) {
    awaitTold(List.of(events));
  }

  private void awaitTold(List<String> events) {
    await().untilAsserted(() -> assertThat(told()).containsAll(events));
  }

  private List<String> present(RealEngine engine) {
    return listener.present().stream()
        .filter(instance -> instance.containerName().startsWith(engine.name("")))
        .map(Instance::id)
        .toList();
  }

  private void awaitTruth(RealEngine engine) {
    String ids = engine.cli("ps", "-q", "--no-trunc", "--filter", "name=" + engine.name(""));
    await()
        .untilAsserted(
            () ->
                assertThat(present(engine))
                    .containsExactlyInAnyOrderElementsOf(ids.lines().toList()));
  }
}
