package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.docker.DockerBackend;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Endpoint;
import dev.koi.testkit.engine.FaultProxy;
import dev.koi.testkit.engine.SimulatedEngine;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Koi with two runtimes: {@code engine}, behind a socket, goes wrong in some way; {@code healthy},
 * in memory, never does. After each test the listener's picture is the engine's truth again, only
 * what has ended was stopped, the healthy one was followed throughout, and nothing is left.
 */
@Timeout(180)
abstract class EngineFaults {

  /** Lists do not come to the rescue, and deadlines are not missed because the machine is busy. */
  private final KoiBuilder settings =
      Koi.builder()
          .set("koi.timing.connect", "20s")
          .set("koi.timing.find", "20s")
          .set("koi.timing.list", "30s")
          .set("koi.timing.resync", "1h")
          .set("koi.timing.disconnect-grace", "300ms")
          .set("koi.timing.backoff-min", "50ms")
          .set("koi.timing.backoff-max", "300ms")
          .entry("engine", Map.of("type", "docker", "connect-timeout", "10s"))
          .entry("healthy", Map.of("type", "in-memory"))
          .only("engine", "healthy");

  @TempDir Path directory;

  final Grammar listener = new Grammar();
  private final Set<String> ended = new HashSet<>();
  private final Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
  private InMemoryWorld healthy;
  SimulatedEngine engine;
  FaultProxy proxy; // between Koi and the engine, unless told otherwise
  Koi koi;

  @BeforeEach
  void start() {
    healthy = InMemoryWorld.open("healthy");
    start(Dialect.DOCKER_28);
  }

  /** Replaces the engine by one of another dialect; before Koi begins to watch. */
  void start(Dialect dialect) {
    if (engine != null) {
      proxy.close();
      engine.close();
    }
    engine = SimulatedEngine.start(dialect, directory.resolve("engine.sock"));
    proxy = FaultProxy.start(directory.resolve("proxy.sock"), engine.socket());
  }

  @AfterEach
  void end() throws Exception {
    try {
      if (!koi.status().listeners().isEmpty()) { // unless the test has closed it
        engine.faults().lift();
        awaitTruth();
        theOtherGoesOn();
      }
      koi.close();
      awaitNoThreads();
      await().until(() -> proxy.connections() == 0);
      verify();
    } finally {
      koi.close();
      proxy.close();
      engine.close();
      healthy.close();
    }
  }

  private void verify() {
    listener.verify();
    assertThat(listener.events())
        .as("of the healthy one")
        .filteredOn(event -> event.backend().equals("healthy"))
        .allMatch(event -> event instanceof RuntimeEvent.Started);
    assertThat(listener.events())
        .filteredOn(event -> event.backend().equals("engine"))
        .filteredOn(event -> event instanceof RuntimeEvent.Stopped)
        .extracting(event -> ((RuntimeEvent.Stopped) event).instance().id())
        .as("what was stopped has ended")
        .isSubsetOf(ended);
    assertThat(engine.requests())
        .allMatch(request -> request.method().equals("GET"))
        .noneMatch(request -> request.endpoint() == Endpoint.OTHER);
  }

  /** Sets what the defaults here do not say; before Koi begins to watch. */
  void set(String key, String value) {
    settings.set(key, value);
  }

  /** Begins to watch, through the proxy. */
  void watch() {
    watch(proxy.socket());
  }

  /** Begins to watch the engine at that socket, and the healthy runtime. */
  void watch(Path socket) {
    set("koi.backends.engine.host", "unix://" + socket);
    koi = settings.start();
    koi.subscribe(listener);
  }

  void awaitConnected() {
    await().until(() -> status().state() == BackendState.CONNECTED);
  }

  BackendStatus status() {
    return koi.status().backends().get(0);
  }

  String run(String name) {
    return engine.run(ContainerSpec.of(name));
  }

  void stop(String id) {
    mayEnd(id);
    engine.stop(id);
  }

  /** The listener may hear of this one's end. */
  void mayEnd(String id) {
    ended.add(id);
  }

  /** Has something happen in the healthy runtime, and waits until it is told. */
  void theOtherGoesOn() {
    String id = healthy.start("sound");
    await()
        .untilAsserted(() -> assertThat(listener.present()).extracting(Instance::id).contains(id));
  }

  /** Returns the engine's events, as in "Started web". */
  List<String> told() {
    return listener.events().stream()
        .filter(event -> event.backend().equals("engine"))
        .map(Grammar::text)
        .toList();
  }

  void awaitTold(String... events) {
    await().untilAsserted(() -> assertThat(told()).contains(events));
  }

  /** Waits until the listener's picture is what the engine says when asked by somebody else. */
  void awaitTruth() throws IOException, InterruptedException {
    List<Instance> truth = truth();
    await().untilAsserted(() -> assertThat(sorted(listener.present())).isEqualTo(truth));
    assertThat(sorted(koi.instances())).isEqualTo(truth);
  }

  private List<Instance> truth() throws IOException, InterruptedException {
    BackendConfig direct = BackendConfig.of("engine", Map.of("host", "unix://" + engine.socket()));
    try (RuntimeConnection connection = new DockerBackend().connect(direct)) {
      return sorted(connection.listInstances());
    }
  }

  private static List<Instance> sorted(Collection<Instance> instances) {
    return instances.stream()
        .filter(instance -> instance.backend().equals("engine"))
        .map(instance -> instance.withDiscoveredAt(Instant.EPOCH))
        .sorted(Comparator.comparing(Instance::id))
        .toList();
  }

  void awaitNoThreads() {
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  /** Returns the names of the threads that Koi has begun. */
  List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("koi-"))
        .filter(name -> !name.startsWith("koi-simulated-") && !name.startsWith("koi-fault-"))
        .toList();
  }
}
