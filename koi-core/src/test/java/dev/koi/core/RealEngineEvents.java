package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.Network;
import dev.koi.core.dispatch.Grammar;
import dev.koi.docker.engine.FilteringProxy;
import dev.koi.docker.engine.RealEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
  private final List<String> expected = new ArrayList<>();
  private Koi koi;
  private FilteringProxy filter;

  @TempDir Path directory;

  /** Returns the engine, or skips the test. */
  abstract RealEngine engine();

  @BeforeEach
  void open() throws Exception {
    engine = engine();
    Path socket = directory.resolve("s");
    filter = FilteringProxy.start(socket, engine.socket(), FilteringProxy.CONTAINERS_ONLY);
    String name = engine.config().name();
    koi =
        Koi.builder()
            .set("koi.timing.resync", "1h")
            .entry(name, Map.of("host", "unix://" + socket, "enabled", true))
            .only(name)
            .start();
    assertThat(koi.awaitFirstPicture(Duration.ofSeconds(30))).isTrue();
    assertThat(koi.status().anyConnected()).as("%s", koi.status()).isTrue();
    koi.subscribe(listener);
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
  void whatRunsAlreadyIsStartedForANewListener() {
    String web = started("web");
    Grammar late = new Grammar();
    koi.subscribe(late);

    await().until(() -> late.told().contains("Started " + web));
    late.verify();
  }

  @Test
  void startAndStop() {
    String web = started("web");
    engine.cli("stop", web);

    awaitNext("Stopped " + web);
    engine.cli("start", web);
    awaitNext("Started " + web);
  }

  @Test
  void whatIsDoneInOneIsNoChange() {
    String web = started("web");
    for (int i = 0; i < 5; i++) {
      engine.cli("exec", web, "true");
    }
    engine.cli("cp", web + ":/bin/busybox", directory.resolve("busybox").toString());
    engine.cli("export", "-o", directory.resolve("export").toString(), web);
    engine.cli("commit", "--pause=false", web, engine.name("image"));
    engine.cli("logs", web);
    engine.cli("top", web);

    started("witness");
    engine.cli("rmi", engine.name("image"));
  }

  @Test
  void oneThatCannotBeStartedIsNotTold() {
    String web = started("web", "-p", "127.0.0.1::80");
    String port = engine.cli("port", web, "80/tcp"); // as in 127.0.0.1:32768
    String unknown = engine.name("unknown");
    String conflict = engine.name("conflict");
    assertThatThrownBy(() -> run("conflict", "-p", port + ":80")).hasMessageContaining("failed: ");
    assertThatThrownBy(
            () -> engine.cli("run", "--name", unknown, engine.image(), "no-such-command"))
        .hasMessageContaining("not found");

    started("witness");
    engine.cli("rm", "-f", unknown, conflict);
  }

  @Test
  void everyNetworkIsTold() {
    String one = engine.network(engine.name("a"));
    String two = engine.network(engine.name("b"));
    String web = engine.name("web");
    engine.cli("create", "--name", web, "--network", two, engine.image(), "sleep", "1000");
    engine.cli("network", "connect", one, web);
    engine.cli("start", web);
    awaitNext("Started " + web);

    assertThat(instance(web).networks()).extracting(Network::name).containsExactly(one, two);
    assertThat(instance(web).ips()).hasSize(2);
    engine.cli("rm", "-f", web);
    awaitNext("Stopped " + web);
  }

  @Test
  void oneWithoutANetworkOfItsOwnIsTold() {
    String host = started("host", "--network", "host");
    String none = started("none", "--network", "none");

    assertThat(instance(host).networks()).extracting(Network::name).containsExactly("host");
    assertThat(instance(host).ips()).isEmpty();
    assertThat(instance(host).ports()).isEmpty();
    assertThat(instance(none).networks()).isEmpty();
  }

  @Test
  void aSignalThatDoesNotEndItIsNoChange() {
    String web = started("web");
    engine.cli("kill", "-s", "HUP", web);
    started("witness");
  }

  @Test
  void twoAtOnceAreToldApart() {
    String one = started("one");
    started("two");
    engine.cli("stop", one);

    awaitNext("Stopped " + one);
  }

  @Test
  void oneThatIgnoresTheSignalIsStoppedWhenItHasEnded() throws InterruptedException {
    String web = engine.name("stubborn");
    engine.runScript(web, List.of(), ONE_THAT_IGNORES_TERM);
    awaitNext("Started " + web);
    Thread stop = new Thread(() -> engine.cli("stop", "-t", "60", web));
    stop.start();
    started("witness"); // the signal alone has ended nothing
    engine.cli("kill", "-s", "KILL", web); // as the engine does after that time
    stop.join();

    awaitNext("Stopped " + web);
  }

  @Test
  void killAndRemove() {
    String web = started("web");
    String db = started("db");
    engine.cli("kill", web);
    awaitNext("Stopped " + web);
    engine.cli("rm", "-f", db);

    awaitNext("Stopped " + db);
  }

  @Test
  void aRestartIsAnEndAndABeginning() {
    String web = started("web");
    engine.cli("restart", web);

    awaitNext("Stopped " + web, "Started " + web);
  }

  @Test
  void pauseAndUnpause() {
    String web = started("web");
    engine.cli("pause", web);
    awaitNext("Updated " + web + " [state]");
    engine.cli("unpause", web);

    awaitNext("Updated " + web + " [state]");
  }

  @Test
  void rename() {
    String web = started("web");
    String shop = engine.name("shop");
    engine.cli("rename", web, shop);

    awaitNext("Updated " + shop + " [container_name]");
  }

  @Test
  void networkConnectAndDisconnect() {
    String network = engine.network(engine.name("net"));
    String web = started("web", "--network", engine.network(engine.name("first")));
    engine.cli("network", "connect", network, web);
    awaitNext("Updated " + web + " [networks]");
    engine.cli("network", "disconnect", network, web);

    awaitNext("Updated " + web + " [networks]");
  }

  @Test
  void oneThatLivesAMomentIsToldWholeOrNotAtAll() {
    for (int i = 0; i < 5; i++) {
      engine.cli("run", "--rm", "--name", engine.name("moment-" + i), engine.image(), "true");
    }
    String witness = run("witness");
    await().until(() -> told().contains("Started " + witness));

    await().untilAsserted(() -> assertThat(present()).containsExactly(witness));
  }

  @Test
  void oneThatIsOnlyCreatedIsNotThere() {
    String created = engine.name("created");
    engine.cli("create", "--name", created, engine.image(), "true");
    started("witness");
    engine.cli("rm", created);
  }

  @Test
  void aCrashLoopEndsAsTheEngineEndsIt() {
    String crash = engine.name("crash");
    engine.runScript(
        crash,
        List.of("--restart", "on-failure:2"),
        "sleep 3; exit 7"); // else two lives may be seen as one

    await()
        .untilAsserted(
            () ->
                assertThat(told().stream().filter(("Stopped " + crash)::equals).count())
                    .isEqualTo(3));
    await().untilAsserted(() -> assertThat(present()).isEmpty());
  }

  @Test
  void aRestartOfOneThatIsStoppedIsABeginning() {
    String web = started("web");
    engine.cli("stop", web);
    awaitNext("Stopped " + web);
    engine.cli("restart", web);

    awaitNext("Started " + web);
  }

  @Test
  void oneWhoseProcessIsKilledBehindTheEnginesBackEnds() {
    String web = started("web");
    String process = engine.cli("inspect", "-f", "{{.State.Pid}}", web);
    engine.cli("run", "--rm", "--pid", "host", engine.image(), "kill", "-9", process);

    awaitNext("Stopped " + web);
  }

  @Test
  void oneThatIsPausedCanBeRemoved() {
    String web = started("web");
    engine.cli("pause", web);
    awaitNext("Updated " + web + " [state]");
    engine.cli("rm", "-f", web);

    awaitNext("Stopped " + web);
  }

  @Test
  void oneThatIsKeptUpIsStoppedForGoodByAPerson() {
    String web = started("web", "--restart", "unless-stopped");
    engine.cli("stop", web);
    String witness = run("witness");

    awaitNext("Stopped " + web, "Started " + witness);
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
        .map(Grammar::text)
        .filter(text -> text.contains(engine.name("")))
        .toList();
  }

  List<String> present() {
    return listener.present().stream()
        .map(Instance::containerName)
        .filter(name -> name.startsWith(engine.name("")))
        .toList();
  }

  /** Runs one, and waits until it is told of. */
  String started(String suffix, String... options) {
    String name = run(suffix, options);
    awaitNext("Started " + name);
    return name;
  }

  /**
   * Waits until these were told after the ones before: those of each container in this order, and
   * none between them.
   */
  void awaitNext(String... events) {
    expected.addAll(List.of(events));
    await().untilAsserted(() -> assertThat(byContainer(told())).isEqualTo(byContainer(expected)));
  }

  private static Map<String, List<String>> byContainer(List<String> events) {
    return events.stream().collect(Collectors.groupingBy(event -> event.split(" ", 3)[1]));
  }
}
