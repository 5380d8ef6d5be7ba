package dev.koi.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyRange;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.PublishedHost;
import dev.koi.fleet.format.PublishedInstance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What a reader sees of three real servers that break in every way. */
@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "it is long; mvn verify -Dkoi.tests=all runs it")
@Timeout(120)
class FleetFaultsIT {

  private static final String A = "web-1/docker/a";
  private static final String B = "web-2/docker/b";
  private static final Duration SHORT = Duration.ofSeconds(8); // where a call is to fail

  @TempDir static Path directory;
  private static EtcdServers servers;
  private static int prefixes;

  private final FleetKeys keys = new FleetKeys("/faults/" + ++prefixes + "/");
  private EtcdClient publisher;
  private RuntimeConnection connection; // null before it is open
  private TcpProxy proxy; // null if there is none

  @BeforeAll
  static void start() throws Exception {
    servers = EtcdServers.start(directory, 3);
  }

  @AfterAll
  static void end() {
    if (servers != null) {
      servers.close();
    }
  }

  @BeforeEach
  void publish() throws Exception {
    for (int i = 0; i < servers.size(); i++) {
      servers.thaw(i);
      servers.startAgain(i);
    }
    servers.awaitLeader();
    publisher = servers.client(Duration.ofSeconds(2));
    putHost("web-1");
    putHost("web-2");
    put(A, "a");
    put(B, "b");
  }

  @AfterEach
  void close() {
    if (connection != null) {
      connection.close();
    }
    if (proxy != null) {
      proxy.close();
    }
    publisher.close();
  }

  private void put(String id, String name) throws Exception {
    String host = FleetKeys.parts(id).orElseThrow().host();
    Instance instance = Instance.builder("docker", "x", name).startedAt(Instant.EPOCH).build();
    put(id, new PublishedInstance(host, "1", instance.toMap()));
  }

  private void put(String id, PublishedInstance value) throws Exception {
    commit(Transaction.begin().put(keys.instance(id), value.toJson()));
  }

  private void delete(String id) throws Exception {
    commit(Transaction.begin().delete(KeyRange.of(keys.instance(id))));
  }

  /** Commits what does no harm when it is repeated, as soon as there is a leader. */
  private void commit(Transaction transaction) throws Exception {
    untilAnswered(() -> publisher.commit(transaction));
  }

  private static <T> T untilAnswered(Callable<T> call) throws Exception {
    while (true) { // until the test's timeout
      try {
        return call.call();
      } catch (IOException e) {
        Thread.sleep(50); // nothing signals an election
      }
    }
  }

  private void putHost(String host) throws Exception {
    PublishedHost value =
        new PublishedHost("1", "machine", 1, Instant.now(), Optional.empty(), List.of());
    commit(Transaction.begin().put(keys.host(host), value.toJson()));
  }

  private InstanceWatch watch(List<String> endpoints) throws Exception {
    return watch(endpoints, Duration.ofMinutes(1));
  }

  /** A call of the reader may take a quarter of the timeout, and five seconds at most. */
  private InstanceWatch watch(List<String> endpoints, Duration connectTimeout) throws Exception {
    Map<String, Object> values = Map.of("endpoints", endpoints, "prefix", keys.prefix());
    BackendConfig config = BackendConfig.of("fleet", values);
    connection = new FleetBackend().connect(config.withConnectTimeout(connectTimeout));
    InstanceWatch watch = connection.watch();
    assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(A, B);
    return watch;
  }

  private InstanceWatch watchThroughProxy() throws Exception {
    return watchThroughProxy(Duration.ofMinutes(1));
  }

  private InstanceWatch watchThroughProxy(Duration connectTimeout) throws Exception {
    proxy = TcpProxy.before(servers.endpoints().get(0));
    return watch(List.of(proxy.address()), connectTimeout);
  }

  /** Takes hints until all of those have come. */
  private static void awaitHints(InstanceWatch watch, String... ids) throws Exception {
    Set<String> missing = new HashSet<>(Set.of(ids));
    while (!missing.isEmpty()) {
      if (watch.take() instanceof ChangeHint.OneInstance hint) {
        missing.remove(hint.id());
      }
    }
  }

  /** Takes hints, and looks after each, until that holds. */
  private void awaitAtHints(InstanceWatch watch, BooleanSupplier condition) throws Exception {
    while (!condition.getAsBoolean()) {
      if (watch.take() instanceof ChangeHint.OneInstance hint) {
        connection.findInstance(hint.id());
      } else {
        connection.listInstances();
      }
    }
  }

  @Test
  void theEndOfTheLeaderIsNotNoticed() throws Exception {
    InstanceWatch watch = watch(servers.endpoints());
    servers.kill(servers.leader());
    put(A, "renamed");
    delete(B);
    awaitHints(watch, A, B);
    assertThat(connection.findInstance(A).orElseThrow().name()).isEqualTo("renamed");
    assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(A);
  }

  @Test
  void aServerThatHangsIsLeftForAnother() throws Exception {
    InstanceWatch watch = watch(servers.endpoints());
    servers.freeze(0);
    put(A, "renamed");
    awaitHints(watch, A);
    assertThat(connection.findInstance(A).orElseThrow().name()).isEqualTo("renamed");
  }

  @Test
  void withoutAMajorityTheFleetIsLostAndNothingIsFoundToHaveEnded() throws Exception {
    InstanceWatch watch = watch(servers.endpoints(), SHORT);
    servers.kill(0);
    servers.kill(1);
    assertThatThrownBy(
            () -> {
              while (true) {
                watch.take();
              }
            })
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> connection.findInstance(A)).isInstanceOf(IOException.class);
  }

  @Test
  void whatHappensBetweenTwoStreamsIsNotLost() throws Exception {
    InstanceWatch watch = watchThroughProxy();
    proxy.cutOnce();
    put(A, "renamed");
    delete(B);
    awaitHints(watch, A, B);
  }

  @Test
  void aConnectionThatStallsIsFoundAndTheFleetIsLost() throws Exception {
    InstanceWatch watch = watchThroughProxy(SHORT);
    proxy.stall();
    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
    assertThatThrownBy(watch::take).isInstanceOf(IOException.class); // for good
  }

  @Test
  void aServerThatOnlyBreaksStreamsIsLost() throws Exception {
    InstanceWatch watch = watchThroughProxy();
    proxy.cut();
    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
  }

  @Test
  void whatWasCompactedUnderAPausedReaderIsListed() throws Exception {
    InstanceWatch watch = watchThroughProxy();
    proxy.stall();
    put(A, "renamed");
    delete(B);
    put("web-1/docker/c", "c");
    servers.compact(untilAnswered(() -> publisher.revision(keys.all())));
    proxy.cutOnce();
    proxy.resume();
    ChangeHint hint = watch.take();
    while (!hint.equals(ChangeHint.everything())) {
      hint = watch.take();
    }
    assertThat(connection.listInstances())
        .extracting(Instance::name)
        .containsExactly("renamed", "c");
    put("web-1/docker/d", "d");
    awaitHints(watch, "web-1/docker/d"); // it goes on
  }

  @Test
  void aPrefixThatIsWipedEndsEveryInstance() throws Exception {
    InstanceWatch watch = watch(servers.endpoints());
    commit(Transaction.begin().delete(keys.all()));
    awaitHints(watch, A, B);
    assertThat(connection.findInstance(A)).isEmpty();
    assertThat(connection.listInstances()).isEmpty();
    assertThat(connection.limitation()).isEmpty();
  }

  @Test
  void aHostOutOfSightKeepsItsInstancesAndIsNamed() throws Exception {
    InstanceWatch watch = watch(servers.endpoints());
    assertThat(connection.limitation()).isEmpty();
    long lease = untilAnswered(() -> publisher.grant(Duration.ofSeconds(6))); // nobody renews it
    commit(Transaction.begin().put(keys.host("web-3"), "{\"v\":1}", lease));
    put("web-3/docker/c", "c");
    awaitAtHints(watch, () -> connection.limitation().contains("host web-3 is out of sight"));
    assertThat(connection.listInstances()).extracting(Instance::name).contains("c");
    assertThat(connection.findInstance("web-3/docker/c")).isPresent();
    putHost("web-3");
    awaitAtHints(watch, () -> connection.limitation().isEmpty());
  }

  @Test
  void aValueOfAnotherHostIsRefusedAndEndsNothing() throws Exception {
    InstanceWatch watch = watch(servers.endpoints());
    Instance instance = Instance.builder("docker", "x", "forged").host("web-9").build();
    put(A, new PublishedInstance("web-2", "1", instance.toMap()));
    awaitHints(watch, A);
    assertThatThrownBy(() -> connection.findInstance(A))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its host is not the one in its key");
    assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(B);
    assertThat(connection.limitation())
        .isEqualTo("the value of web-1/docker/a is refused: its host is not the one in its key");
    put(A, new PublishedInstance("web-1", "1", instance.toMap()));
    assertThat(connection.findInstance(A).orElseThrow().host()).contains("web-1");
    assertThat(connection.limitation()).isEmpty();
  }

  @Test
  void strangeKeysAndValuesDoNoHarm() throws Exception {
    watch(servers.endpoints());
    for (String key : List.of("x", "instances/", "instances/a/b", "instances/a/b/%zz", "\u00ff")) {
      commit(Transaction.begin().put(keys.prefix() + key, "?"));
    }
    commit(Transaction.begin().put(keys.prefix() + "k".repeat(4000), "?"));
    commit(Transaction.begin().put(keys.instance("web-1/docker/big"), "x".repeat(100_000)));
    commit(Transaction.begin().put(keys.instance("web-1/docker/no"), "{\"v\":1}"));
    Instance stopped =
        Instance.builder("docker", "s", "stopped").state(InstanceState.STOPPED).build();
    put("web-1/docker/stopped", new PublishedInstance("web-1", "1", stopped.toMap()));
    put(
        "web-1/docker/x",
        new PublishedInstance(
            "web-1",
            "1",
            Map.of(
                "container_name",
                "x",
                "state",
                "running",
                "health",
                "none",
                "labels",
                Map.of("a\n" + "b".repeat(500), 7))));
    assertThatThrownBy(() -> connection.findInstance("web-1/docker/x"))
        .hasMessageContaining("is refused: labels.a?b")
        .hasMessageNotContaining("b".repeat(100));
    assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(A, B);
    assertThat(connection.limitation())
        .isEqualTo(
            "the value of web-1/docker/big is refused: it is longer than 65536 bytes;"
                + " so are 3 others");
  }
}
