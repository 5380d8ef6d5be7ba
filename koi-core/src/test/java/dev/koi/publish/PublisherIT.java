package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.LongTest;
import dev.koi.core.Koi;
import dev.koi.core.settings.FleetSettings;
import dev.koi.fleet.EtcdServers;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyRange;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.PublishedInstance;
import dev.koi.publish.HostClaim.LostException;
import dev.koi.publish.HostClaim.NameTakenException;
import dev.koi.publish.PublisherStatus.State;
import dev.koi.testkit.memory.InMemoryWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A publisher at a real etcd: etcd comes to have what the host has, whatever happens to either. */
@LongTest
@Timeout(300)
class PublisherIT {

  private static final String HOST = "web-1";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir static Path directory;
  private static EtcdServers servers;
  private static EtcdClient etcd;

  private final int number = NUMBER.incrementAndGet();
  private final FleetKeys keys = new FleetKeys("/test-" + number + "/");
  private final List<TestHost> hosts = new ArrayList<>();
  private final List<ProcessHost> processes = new ArrayList<>();

  @BeforeAll
  static void startServers() throws Exception {
    servers = EtcdServers.start(directory, 1);
    etcd = servers.client();
  }

  @AfterAll
  static void endServers() {
    if (servers != null) {
      etcd.close();
      servers.close();
    }
  }

  @BeforeEach
  void awaitServers() throws Exception {
    servers.awaitLeader();
  }

  @AfterEach
  void endHosts() {
    processes.forEach(ProcessHost::close);
    hosts.forEach(TestHost::close);
  }

  /** The lease is long enough for a busy machine, unless a test wants its end. */
  private FleetSettings settings(String... more) {
    Map<String, String> values = new TreeMap<>(Map.of("koi.fleet.prefix", keys.prefix()));
    values.put("koi.fleet.lease", "30s");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return TestHost.settings(servers.endpoints(), HOST, values);
  }

  private TestHost host(String name, String... more) throws Exception {
    TestHost host = TestHost.publishing(name + number, settings(more));
    hosts.add(host);
    return host;
  }

  private Map<String, KeyValue> stored() throws Exception {
    Map<String, KeyValue> stored = new TreeMap<>();
    etcd.scan(keys.instances(HOST), value -> stored.put(value.key(), value));
    return stored;
  }

  private Map<String, Object> expected(TestHost host) {
    Map<String, Object> expected = new TreeMap<>();
    for (Instance instance : host.koi().instances()) {
      String id = new FleetKeys.Parts(HOST, "docker", instance.id()).fleetId();
      expected.put(keys.instance(id), without(json(instance).instance()));
    }
    return expected;
  }

  private static PublishedInstance json(Instance instance) {
    return PublishedInstance.parse(new PublishedInstance(HOST, "", instance.toMap()).toJson());
  }

  private static Map<String, Object> without(Map<String, Object> instance) {
    Map<String, Object> lasting = new TreeMap<>(instance);
    lasting.remove("discovered_at");
    return lasting;
  }

  /** Waits until etcd has exactly the instances of a host. */
  private void awaitPublished(TestHost host) {
    await()
        .ignoreExceptions() // while etcd is away
        .untilAsserted(
            () -> {
              Map<String, Object> real = new TreeMap<>();
              stored()
                  .forEach(
                      (key, value) ->
                          real.put(
                              key,
                              without(
                                  PublishedInstance.parse(value.value().orElseThrow())
                                      .instance())));
              assertThat(real).isEqualTo(expected(host));
            });
  }

  private String run(TestHost host, String name) throws Exception {
    String id = host.world().start(name);
    assertThat(host.koi().await(k -> !k.find(id).isEmpty(), Duration.ofMinutes(1))).isTrue();
    return id;
  }

  @Test
  void eachChangeIsWrittenOnce() throws Exception {
    TestHost host = host("once");
    host.awaitState(State.PUBLISHING);
    String web = run(host, "web");
    awaitPublished(host);
    host.world().pause(web);
    await().until(() -> stored().toString().contains("paused"));
    host.world().unpause(web);
    await().until(() -> stored().toString().contains("running"));
    host.world().stop(web);
    await().until(() -> stored().isEmpty());

    // Counted when etcd's answer has come, which is after the change.
    await().until(() -> host.publisher().status().counts().deletes() > 0);
    PublisherStatus.Counts counts = host.publisher().status().counts();
    assertThat(counts.puts()).isEqualTo(3);
    assertThat(counts.deletes()).isEqualTo(1);
    host.awaitStates(State.PUBLISHING);
  }

  @Test
  void aPublisherThatStartsAgainWritesNothingThatIsThere() throws Exception {
    TestHost host = host("again");
    run(host, "web");
    awaitPublished(host);
    Map<String, KeyValue> before = stored();
    host.end();
    assertThat(Fleet.open(settings()).hosts())
        .singleElement()
        .satisfies(it -> assertThat(it.state()).isEqualTo(FleetHost.State.ENDED));
    assertThat(stored()).isEqualTo(before);

    host.publish();
    host.awaitState(State.PUBLISHING);

    assertThat(stored()).isEqualTo(before);
    assertThat(host.publisher().status().counts().puts()).isZero();
  }

  @Test
  void whatABackendHasNotListedYetIsNotDeleted() throws Exception {
    TestHost host = host("late");
    String web = run(host, "web");
    run(host, "db");
    awaitPublished(host);
    host.end();
    InMemoryWorld world = host.world();
    world.freeze();
    try (TestHost next = TestHost.of(world, settings())) {
      next.publish();
      next.awaitState(State.PUBLISHING);
      assertThat(stored()).hasSize(2);
      world.restore();
      world.stop(web);
      awaitPublished(next);

      assertThat(stored()).hasSize(1);
      assertThat(next.publisher().status().counts().puts()).isZero();
    }
  }

  @Test
  void whatIsChangedByHandIsHealed() throws Exception {
    TestHost host = host("hands", "koi.timing.resync", "500ms");
    run(host, "web");
    run(host, "db");
    awaitPublished(host);
    List<String> own = List.copyOf(stored().keySet());
    String stranger = keys.instance(HOST + "/docker/stranger");

    etcd.commit(
        Transaction.begin()
            .put(own.get(0), "{\"v\":1}")
            .delete(KeyRange.of(own.get(1)))
            .put(stranger, "nonsense")
            .put(keys.instance(HOST + "/gone/1"), "of a backend that is not there any more")
            .put(keys.instance(HOST + "/not/an/id"), ""));

    awaitPublished(host);
    etcd.commit(Transaction.begin().delete(keys.instances()));
    awaitPublished(host);
    host.awaitStates(State.PUBLISHING);
  }

  @Test
  void aFleetThatIsWipedByHandComesBack() throws Exception {
    TestHost host = host("wiped");
    run(host, "web");
    awaitPublished(host);

    etcd.commit(Transaction.begin().delete(keys.all()));

    run(host, "db"); // the next write notices it
    awaitPublished(host);
    assertThat(etcd.get(keys.host(HOST))).isPresent();
    host.awaitStates(State.PUBLISHING, State.FAILED, State.PUBLISHING);
  }

  @Test
  void whileEtcdIsAwayNothingIsLostAndNothingPilesUp() throws Exception {
    TestHost host = host("away");
    String web = run(host, "web");
    awaitPublished(host);
    servers.kill(0);
    for (int i = 0; i < 2_000; i++) {
      host.world().stop(host.world().start("short-" + i % 10));
    }
    host.world().stop(web);
    run(host, "db");
    host.awaitState(State.FAILED);
    await()
        .until(
            () ->
                host.koi().instances().size() == 1
                    && host.koi().status().listeners().stream()
                        .allMatch(listener -> listener.pending() == 0 && listener.busy().isZero()));
    assertThat(host.publisher().status().pending()).isZero();
    assertThat(host.publisher().status().reason()).contains(servers.endpoints().get(0));

    servers.startAgain(0);

    awaitPublished(host);
    await().until(() -> host.publisher().status().counts().puts() > 1);
    assertThat(host.publisher().status().counts().puts()).isEqualTo(2);
  }

  @Test
  void aServerThatAnswersNothingCostsNoMoreThanLateness() throws Exception {
    TestHost host = host("frozen", "koi.fleet.lease", "3s");
    run(host, "web");
    awaitPublished(host);
    servers.freeze(0);
    try {
      run(host, "db");
      host.awaitState(State.FAILED);
    } finally {
      servers.thaw(0);
    }
    awaitPublished(host);
    host.awaitState(State.PUBLISHING);
  }

  @Test
  void theSecondPublisherOfANameIsRefusedUntilTheFirstEnds() throws Exception {
    TestHost first = host("first");
    run(first, "web");
    awaitPublished(first);
    TestHost second = host("second", "koi.fleet.lease", "6s");
    second.awaitState(State.REFUSED);
    run(second, "db");
    assertThat(second.publisher().status().reason())
        .startsWith("host web-1 is published by process " + ProcessHandle.current().pid())
        .endsWith("koi.fleet.host gives this one another name");
    assertThat(second.publisher().status().counts().puts()).isZero();
    awaitPublished(first);
    first.end();

    awaitPublished(second);
    second.awaitStates(State.REFUSED, State.PUBLISHING);
  }

  @Test
  void instancesOfOtherHostsAreNotPublishedAgain() throws Exception {
    TestHost other = host("remote");
    run(other, "web");
    awaitPublished(other);
    FleetSettings central =
        TestHost.settings(
            servers.endpoints(), "central", Map.of("koi.fleet.prefix", keys.prefix()));
    try (InMemoryWorld world = InMemoryWorld.open("central" + number);
        Koi koi =
            Koi.builder()
                .entry("docker", Map.of("type", "in-memory", "world", world.name()))
                .entry(
                    "all",
                    Map.of(
                        "type", "fleet",
                        "endpoints", servers.endpoints(),
                        "prefix", keys.prefix()))
                .only("docker", "all")
                .start();
        Publisher publisher = Publisher.start(koi, central, status -> {})) {
      world.start("db");

      assertThat(koi.await(k -> k.instances().size() == 3, Duration.ofMinutes(1))).isTrue();

      assertThat(koi.instances())
          .extracting(Instance::id)
          .filteredOn(id -> id.startsWith("central/"))
          .singleElement()
          .asString()
          .startsWith("central/docker/");
      // Counted when etcd's answer has come, which is after the change.
      await().until(() -> publisher.status().instances() == 1);
    }
  }

  private ProcessHost process(String name, String lease) throws Exception {
    ProcessHost process =
        ProcessHost.start(
            directory.resolve(name + number), servers.endpoints(), HOST, keys.prefix(), lease);
    processes.add(process);
    return process;
  }

  private List<String> names() throws Exception {
    List<String> names = new ArrayList<>();
    for (KeyValue value : stored().values()) {
      String json = value.value().orElseThrow();
      names.add((String) PublishedInstance.parse(json).instance().get("name"));
    }
    return names;
  }

  @Test
  void aPublisherThatWasKilledIsSucceededOnItsMachineBeforeItsLeaseEnds() throws Exception {
    ProcessHost killed = process("killed", "30m");
    killed.awaitState(State.PUBLISHING);
    await().until(() -> names().equals(List.of("flag")));
    TestHost waiting = host("next", "koi.fleet.lease", "6s");
    waiting.awaitState(State.REFUSED);
    assertThat(waiting.publisher().status().reason()).contains("process " + killed.pid() + " ");
    run(waiting, "web");
    assertThat(names()).containsExactly("flag"); // nothing has stopped because it died
    killed.kill();

    awaitPublished(waiting);
    assertThat(names()).containsExactly("web");
  }

  @Test
  void aPublisherThatWasFrozenWritesNothingWhenAnotherHasItsName() throws Exception {
    ProcessHost frozen = process("frozen", "2s");
    frozen.awaitState(State.PUBLISHING);
    frozen.freeze();
    TestHost other = host("other", "koi.fleet.lease", "6s");
    run(other, "web");
    other.awaitState(State.PUBLISHING); // once the lease has ended
    awaitPublished(other);
    Map<String, KeyValue> before = stored();

    frozen.thaw();
    frozen.awaitState(State.REFUSED);

    assertThat(stored()).isEqualTo(before);
    assertThat(other.publisher().status().state()).isEqualTo(State.PUBLISHING);
  }

  @Test
  void aPublisherThatWasFrozenGoesOnWhenNobodyHasItsName() throws Exception {
    ProcessHost frozen = process("thawed", "2s");
    frozen.awaitState(State.PUBLISHING);
    frozen.freeze();
    await().until(() -> etcd.get(keys.host(HOST)).isEmpty());
    assertThat(names()).containsExactly("flag");

    frozen.thaw();

    await()
        .untilAsserted(
            () -> assertThat(frozen.printed()).containsPattern("PUBLISHING(?s).*PUBLISHING"));
    await().until(() -> etcd.get(keys.host(HOST)).isPresent());
  }

  @Test
  void aPublisherThatHasLostItsNameWritesNothing() throws Exception {
    ThisProcess process = ThisProcess.find();
    Duration lease = Duration.ofSeconds(30);
    String key = keys.host(HOST);
    HostClaim old = HostClaim.take(etcd, HOST, key, "old", "old-1", process, List::of, lease);
    assertThatThrownBy(
            () -> HostClaim.take(etcd, HOST, key, "new", "new-1", process, List::of, lease))
        .isInstanceOf(NameTakenException.class);
    etcd.revoke(etcd.get(key).orElseThrow().lease()); // as at the end of a pause
    HostClaim current = HostClaim.take(etcd, HOST, key, "new", "new-1", process, List::of, lease);
    String instance = keys.instance(HOST + "/docker/1");
    current.commit(current.fenced().put(instance, "new"));

    assertThatThrownBy(() -> old.commit(old.fenced().put(instance, "old")))
        .isInstanceOf(LostException.class);
    assertThatThrownBy(() -> old.commit(old.fenced().delete(keys.instances(HOST))))
        .isInstanceOf(LostException.class);
    old.end(etcd);

    assertThat(etcd.get(instance).flatMap(KeyValue::value)).contains("new");
    assertThat(etcd.get(key).orElseThrow().value().orElseThrow()).contains("new-1");
    assertThat(etcd.get(key).orElseThrow().lease()).isPositive();
  }

  @Test
  void aHostIsForgottenOnlyIfItDoesNotPublish() throws Exception {
    TestHost host = host("forgotten");
    run(host, "web");
    awaitPublished(host);
    try (Fleet fleet = Fleet.open(settings())) {
      assertThatThrownBy(() -> fleet.forget(HOST))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("host web-1 is published at this time");
      assertThat(fleet.forget("web-2")).isEmpty();
      await() // the states of the backends are written now and then
          .untilAsserted(
              () ->
                  assertThat(fleet.hosts())
                      .singleElement()
                      .satisfies(
                          it -> {
                            assertThat(it.state()).isEqualTo(FleetHost.State.PUBLISHED);
                            assertThat(it.instances()).isEqualTo(1);
                            assertThat(it.backends()).containsEntry("docker", "connected");
                          }));
      host.end();

      assertThat(fleet.forget(HOST)).contains(1);
      assertThat(fleet.hosts()).isEmpty();
      assertThat(stored()).isEmpty();
    }
  }
}
