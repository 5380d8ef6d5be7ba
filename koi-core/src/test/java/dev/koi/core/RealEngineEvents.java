package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.Enabled;
import dev.koi.docker.engine.FilteringProxy;
import dev.koi.docker.engine.RealEngine;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a listener is told when things are done to a real engine, behind a proxy that lets through
 * only what Koi may ask for; no list comes to the rescue.
 */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT) // each looks at its own containers only
abstract class RealEngineEvents {

  private static final String ONE_THAT_IGNORES_TERM = "trap : TERM; while :; do sleep 0.1; done";

  final Grammar listener = new Grammar();
  RealEngine engine;
  private Koi koi;
  private FilteringProxy filter;

  @TempDir Path directory;

  /** Returns the engine, or skips the test. */
  abstract RealEngine engine();

  @BeforeEach
  void open() throws IOException {
    engine = engine();
    Path socket = directory.resolve("s");
    filter = FilteringProxy.start(socket, engine.socket(), FilteringProxy.CONTAINERS_ONLY);
    KoiSettings defaults =
        SettingsLoader.load(ConfigFactory.empty(), Optional.empty(), getClass().getClassLoader());
    Timing usual = defaults.timing();
    Timing withoutResync =
        new Timing(
            usual.connect(),
            usual.find(),
            usual.list(),
            Duration.ofHours(1),
            usual.disconnectGrace(),
            usual.backoffMin(),
            usual.backoffMax(),
            usual.stop());
    String name = engine.config().name();
    BackendConfig config = BackendConfig.of(name, Map.of("host", "unix://" + socket));
    koi =
        Koi.builder()
            .settings(
                new KoiSettings(
                    withoutResync,
                    List.of(new BackendSettings(name, Enabled.TRUE, config)),
                    Set.of(name)))
            .start();
  }

  @AfterEach
  void close() throws IOException {
    if (koi != null) {
      koi.close();
      engine.close();
      filter.close();
      listener.verify();
      assertThat(filter.refused()).isEmpty();
    }
  }

  @Test
  void whatRunsAlreadyIsStartedForANewListener() throws InterruptedException {
    String web = run("web");
    koi.awaitFirstPicture(Duration.ofSeconds(30));
    koi.subscribe(listener);

    awaitTold("Started " + web);
  }

  @Test
  void startAndStop() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    engine.cli("stop", web);

    awaitTold("Started " + web, "Stopped " + web);
    engine.cli("start", web);
    awaitTold("Started " + web, "Stopped " + web, "Started " + web);
  }

  @Test
  void aSignalThatDoesNotEndItIsNoChange() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    engine.cli("kill", "-s", "HUP", web);
    String witness = run("witness");

    awaitTold("Started " + web, "Started " + witness);
  }

  @Test
  void twoAtOnceAreToldApart() throws InterruptedException {
    listen();
    String one = run("one");
    String two = run("two");
    awaitTold("Started " + one, "Started " + two);
    engine.cli("stop", one);

    awaitTold("Started " + one, "Started " + two, "Stopped " + one);
  }

  @Test
  void oneThatIgnoresTheSignalIsStoppedWhenItHasEnded() throws InterruptedException {
    listen();
    String web = engine.name("stubborn");
    engine.cli("run", "-d", "--name", web, engine.image(), "sh", "-c", ONE_THAT_IGNORES_TERM);
    awaitTold("Started " + web);
    Thread stop = new Thread(() -> engine.cli("stop", "-t", "60", web));
    stop.start();
    String witness = run("witness");
    awaitTold("Started " + web, "Started " + witness); // the signal alone has ended nothing
    engine.cli("kill", "-s", "KILL", web); // as the engine does after that time
    stop.join();

    awaitTold("Started " + web, "Started " + witness, "Stopped " + web);
    engine.cli("rm", "-f", web);
  }

  @Test
  void killAndRemove() throws InterruptedException {
    listen();
    String web = run("web");
    String db = run("db");
    awaitTold("Started " + web, "Started " + db);
    engine.cli("kill", web);
    awaitTold("Started " + web, "Started " + db, "Stopped " + web);
    engine.cli("rm", "-f", db);

    awaitTold("Started " + web, "Started " + db, "Stopped " + web, "Stopped " + db);
  }

  @Test
  void aRestartIsAnEndAndABeginning() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    engine.cli("restart", web);

    awaitTold("Started " + web, "Stopped " + web, "Started " + web);
  }

  @Test
  void pauseAndUnpause() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    engine.cli("pause", web);
    awaitTold("Started " + web, "Updated " + web + " [state]");
    engine.cli("unpause", web);

    awaitTold("Started " + web, "Updated " + web + " [state]", "Updated " + web + " [state]");
  }

  @Test
  void rename() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    String shop = engine.name("shop");
    engine.cli("rename", web, shop);

    awaitTold("Started " + web, "Updated " + shop + " [container_name]");
  }

  @Test
  void networkConnectAndDisconnect() throws InterruptedException {
    String network = engine.network(engine.name("net"));
    listen();
    String name = engine.name("web");
    engine.run(name, "--network", engine.network(engine.name("first")));
    awaitTold("Started " + name);
    engine.cli("network", "connect", network, name);
    awaitTold("Started " + name, "Updated " + name + " [networks]");
    engine.cli("network", "disconnect", network, name);

    awaitTold(
        "Started " + name, "Updated " + name + " [networks]", "Updated " + name + " [networks]");
  }

  @Test
  void oneThatLivesAMomentIsToldWholeOrNotAtAll() throws InterruptedException {
    listen();
    for (int i = 0; i < 5; i++) {
      engine.cli("run", "--rm", "--name", engine.name("moment-" + i), engine.image(), "true");
    }
    String witness = run("witness");
    await().until(() -> told().contains("Started " + witness));

    await().untilAsserted(() -> assertThat(present()).containsExactly(witness));
  }

  @Test
  void oneThatIsOnlyCreatedIsNotThere() throws InterruptedException {
    listen();
    String created = engine.name("created");
    engine.cli("create", "--name", created, engine.image(), "true");
    String witness = run("witness");

    awaitTold("Started " + witness);
    engine.cli("rm", created);
  }

  @Test
  void aCrashLoopEndsAsTheEngineEndsIt() throws InterruptedException {
    listen();
    String crash = engine.name("crash");
    engine.cli(
        "run",
        "-d",
        "--name",
        crash,
        "--restart",
        "on-failure:2",
        engine.image(),
        "sh",
        "-c",
        "sleep 3; exit 7"); // else two lives may be seen as one

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(told().stream().filter(("Stopped " + crash)::equals).count())
                    .isEqualTo(3));
    await().untilAsserted(() -> assertThat(present()).isEmpty());
    engine.cli("rm", crash);
  }

  @Test
  void aRestartOfOneThatIsStoppedIsABeginning() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    engine.cli("stop", web);
    awaitTold("Started " + web, "Stopped " + web);
    engine.cli("restart", web);

    awaitTold("Started " + web, "Stopped " + web, "Started " + web);
  }

  @Test
  void oneWhoseProcessIsKilledBehindTheEnginesBackEnds() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    String process = engine.cli("inspect", "-f", "{{.State.Pid}}", web);
    engine.cli("run", "--rm", "--pid", "host", engine.image(), "kill", "-9", process);

    awaitTold("Started " + web, "Stopped " + web);
  }

  @Test
  void oneThatIsPausedCanBeRemoved() throws InterruptedException {
    listen();
    String web = run("web");
    awaitTold("Started " + web);
    engine.cli("pause", web);
    awaitTold("Started " + web, "Updated " + web + " [state]");
    engine.cli("rm", "-f", web);

    awaitTold("Started " + web, "Updated " + web + " [state]", "Stopped " + web);
  }

  @Test
  void oneThatIsKeptUpIsStoppedForGoodByAPerson() throws InterruptedException {
    listen();
    String web = run("web", "--restart", "unless-stopped");
    awaitTold("Started " + web);
    engine.cli("stop", web);
    String witness = run("witness");

    awaitTold("Started " + web, "Stopped " + web, "Started " + witness);
  }

  void listen() throws InterruptedException {
    assertThat(koi.awaitFirstPicture(Duration.ofSeconds(30))).isTrue();
    assertThat(koi.status().anyConnected()).as("%s", koi.status()).isTrue();
    koi.subscribe(listener);
  }

  Instance instance(String name) {
    return listener.present().stream()
        .filter(instance -> instance.containerName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  String run(String suffix, String... options) {
    String name = engine.name(suffix);
    engine.run(name, options);
    return name;
  }

  /** Returns what was told of the containers of this test; others may use the engine, too. */
  List<String> told() {
    return listener.events().stream()
        .flatMap(this::text)
        .filter(text -> text.contains(engine.name("")))
        .toList();
  }

  List<String> present() {
    return listener.present().stream()
        .map(Instance::containerName)
        .filter(name -> name.startsWith(engine.name("")))
        .toList();
  }

  private Stream<String> text(RuntimeEvent event) {
    if (event instanceof RuntimeEvent.Started started) {
      return Stream.of("Started " + started.instance().containerName());
    } else if (event instanceof RuntimeEvent.Updated updated) {
      return Stream.of("Updated " + updated.instance().containerName() + " " + updated.changed());
    } else if (event instanceof RuntimeEvent.Stopped stopped) {
      return Stream.of("Stopped " + stopped.instance().containerName());
    }
    return Stream.of();
  }

  /**
   * Waits until this was told of each container, in this order; between two of them there is none.
   */
  void awaitTold(String... events) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(byContainer(told())).isEqualTo(byContainer(List.of(events))));
  }

  private static Map<String, List<String>> byContainer(List<String> events) {
    return events.stream().collect(Collectors.groupingBy(event -> event.split(" ", 3)[1]));
  }
}
