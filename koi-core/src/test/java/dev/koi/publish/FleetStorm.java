package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import dev.koi.core.dispatch.Grammar;
import dev.koi.fleet.EtcdServers;
import dev.koi.fleet.TcpProxy;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.FleetKeys.Parts;
import dev.koi.testkit.memory.InMemoryWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three hosts whose instances change all the time, three etcd servers that break in every way, and
 * what a reader's listener was told of each fault: {@code target/fleet/faults.md}.
 *
 * <p>It takes minutes, so it has a name that no build looks for: {@code -Dit.test=FleetStorm
 * -Dkoi.fleet.storm=60} runs it, with outages of 60 s.
 */
@Timeout(1800)
class FleetStorm {

  private static final String PREFIX = "/storm/";
  private static final FleetKeys KEYS = new FleetKeys(PREFIX);
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("koi.fleet.storm", 5));
  private static final int MOST = 30; // instances of a host

  @TempDir Path directory;
  private final Map<String, TestHost> hosts = new TreeMap<>();
  private final List<Thread> traffic = new ArrayList<>();
  private final Set<String> ended = ConcurrentHashMap.newKeySet(); // all that have ever ended
  private final Map<String, String> table = new LinkedHashMap<>();
  private final List<Reader> readers = new ArrayList<>();
  private EtcdServers servers;
  private EtcdClient etcd;
  private volatile boolean calm;
  private volatile boolean over;

  /** A Koi that reads the fleet through a proxy before each server, and its listener. */
  private final class Reader implements AutoCloseable {
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final Grammar listener = new Grammar();
    private final Koi koi;

    Reader() throws Exception {
      for (String endpoint : servers.endpoints()) {
        proxies.add(TcpProxy.before(endpoint));
      }
      List<String> addresses = proxies.stream().map(TcpProxy::address).toList();
      koi =
          Koi.builder()
              .entry("fleet", Map.of("type", "fleet", "endpoints", addresses, "prefix", PREFIX))
              .only("fleet")
              .start();
      koi.subscribe(listener);
    }

    String limitation() {
      return koi.status().backends().get(0).reason();
    }

    @Override
    public void close() {
      koi.close();
      proxies.forEach(TcpProxy::close);
    }
  }

  /** Something that breaks, and is mended. */
  private interface Fault {
    void happen() throws Exception;
  }

  @BeforeEach
  void start() throws Exception {
    servers = EtcdServers.start(directory, 3);
    etcd = servers.client();
    for (String host : List.of("web-1", "web-2", "web-3")) {
      Map<String, String> more = Map.of("koi.fleet.prefix", PREFIX);
      hosts.put(
          host,
          TestHost.publishing("storm-" + host, TestHost.settings(servers.endpoints(), host, more)));
      Thread thread = new Thread(() -> change(host), "traffic-" + host);
      thread.start();
      traffic.add(thread);
    }
  }

  @AfterEach
  void end() throws Exception {
    over = true;
    for (Thread thread : traffic) {
      thread.join();
    }
    readers.forEach(Reader::close);
    hosts.values().forEach(TestHost::close);
    if (servers != null) {
      etcd.close();
      servers.close();
    }
  }

  /** Starts, stops, pauses and restarts instances of a host. */
  private void change(String host) {
    InMemoryWorld world = hosts.get(host).world();
    Random random = new Random(host.hashCode());
    List<String> present = new ArrayList<>();
    int number = 0;
    while (!over) {
      if (!calm) {
        String any = present.isEmpty() ? "" : present.get(random.nextInt(present.size()));
        int what = present.size() < 5 ? 0 : random.nextInt(present.size() < MOST ? 6 : 5) + 1;
        switch (what) {
          case 1 -> {
            ended.add(new Parts(host, "docker", any).fleetId());
            present.remove(any);
            world.stop(any);
          }
          case 2 -> world.pause(any);
          case 3 -> world.unpause(any);
          case 4 -> {
            ended.add(new Parts(host, "docker", any).fleetId());
            world.restart(any);
          }
          case 5 -> world.rename(any, "renamed-" + number++);
          default -> present.add(world.start(host + "-" + number++));
        }
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private List<Instance> truth() {
    List<Instance> truth = new ArrayList<>();
    hosts.forEach(
        (name, host) -> {
          for (Instance instance : host.koi().instances()) {
            Map<String, Object> fields = new HashMap<>(instance.toMap());
            fields.put("host", name);
            String id = new Parts(name, "docker", instance.id()).fleetId();
            truth.add(Instance.fromMap("fleet", id, fields));
          }
        });
    return truth;
  }

  /** Lets the hosts rest until all readers know everything, and judges what they were told. */
  private void settle() {
    calm = true;
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(200)) // a long history is judged each time
        .untilAsserted(
            () -> {
              for (Reader reader : readers) {
                assertThat(reader.listener.history().differencesFrom(truth())).isEmpty();
                assertThat(reader.limitation()).isEmpty();
              }
            });
    readers.forEach(reader -> reader.listener.verify());
    calm = false;
  }

  private void fault(String name, Fault fault, boolean endsInstances) throws Exception {
    Reader reader = readers.get(0);
    int before = reader.listener.events().size();
    fault.happen();
    settle();
    List<RuntimeEvent> told = reader.listener.events().stream().skip(before).toList();
    Map<String, Integer> counts = new TreeMap<>();
    for (RuntimeEvent event : told) {
      counts.merge(event.getClass().getSimpleName(), 1, Integer::sum);
      if (event instanceof RuntimeEvent.Stopped stopped && !endsInstances) {
        assertThat(ended).as(name).contains(stopped.instance().id());
      }
    }
    table.put(name, counts.toString().replaceAll("[{}]", ""));
  }

  private static void pause(Duration length) throws InterruptedException {
    Thread.sleep(length.toMillis()); // the length of the fault, not a wait for an outcome
  }

  private void restart(int server) throws Exception {
    servers.startAgain(server);
    servers.awaitLeader();
  }

  @Test
  void nothingIsMissedInventedOrEnded() throws Exception {
    readers.add(new Reader());
    settle();
    fault("nothing, for as long", () -> pause(OUTAGE), false);
    fault(
        "the leader is killed and comes back",
        () -> {
          int leader = servers.leader();
          servers.kill(leader);
          pause(OUTAGE);
          restart(leader);
        },
        false);
    fault(
        "the majority is lost and comes back",
        () -> {
          servers.kill(0);
          servers.kill(1);
          Instant blind = Instant.now().plusSeconds(15); // when each has noticed
          pause(OUTAGE);
          Instant sight = Instant.now();
          assertThat(readers.get(0).listener.history().stoppedWhileBlind(blind, sight)).isEmpty();
          servers.startAgain(0);
          restart(1);
        },
        false);
    fault(
        "the reader's network is cut",
        () -> {
          readers.get(0).proxies.forEach(TcpProxy::cut);
          pause(OUTAGE);
          readers.get(0).proxies.forEach(TcpProxy::resume);
        },
        false);
    fault(
        "the reader's connections stall",
        () -> {
          readers.get(0).proxies.forEach(TcpProxy::stall);
          pause(OUTAGE);
          readers.get(0).proxies.forEach(TcpProxy::resume);
        },
        false);
    fault(
        "a compaction under a paused reader",
        () -> {
          readers.get(0).proxies.forEach(TcpProxy::stall);
          pause(Duration.ofSeconds(2));
          servers.compact(etcd.revision(KEYS.all()));
          readers.get(0).proxies.forEach(TcpProxy::cutOnce);
          readers.get(0).proxies.forEach(TcpProxy::resume);
        },
        false);
    fault("a reader joins", () -> readers.add(new Reader()), false);
    fault("the prefix is wiped by hand", this::wipe, true);
    fault("a publisher is killed, and another succeeds it", this::killPublisher, true);
    write();
  }

  private void wipe() throws Exception {
    etcd.commit(Transaction.begin().delete(KEYS.instances()));
  }

  private void killPublisher() throws Exception {
    Reader reader = readers.get(0);
    ProcessHost first = process("first");
    try {
      first.awaitState(PublisherStatus.State.PUBLISHING);
      await().until(() -> reader.koi.instances().stream().anyMatch(FleetStorm::isFlag));
      first.freeze();
      await().until(() -> reader.limitation().contains("host web-4 is out of sight"));
      assertThat(reader.koi.instances()).anyMatch(FleetStorm::isFlag);
      first.thaw();
      await().until(() -> reader.limitation().isEmpty());
      first.kill();
      await().until(() -> reader.limitation().contains("host web-4 is out of sight"));
      assertThat(reader.koi.instances()).anyMatch(FleetStorm::isFlag);
      assertThat(reader.listener.events())
          .noneMatch(event -> event instanceof RuntimeEvent.Stopped it && isFlag(it.instance()));
    } finally {
      first.close();
    }
    try (ProcessHost second = process("second")) {
      second.awaitState(PublisherStatus.State.PUBLISHING);
      await().until(() -> reader.limitation().isEmpty());
      assertThat(reader.koi.instances()).anyMatch(FleetStorm::isFlag);
    }
    try (Fleet fleet =
        Fleet.open(
            TestHost.settings(servers.endpoints(), "none", Map.of("koi.fleet.prefix", PREFIX)))) {
      await().until(() -> forgets(fleet));
    }
    await().until(() -> reader.koi.instances().stream().noneMatch(FleetStorm::isFlag));
  }

  private static boolean forgets(Fleet fleet) throws Exception {
    try {
      return fleet.forget("web-4").isPresent();
    } catch (IllegalArgumentException e) {
      return false; // its lease has not ended yet
    }
  }

  private ProcessHost process(String name) throws Exception {
    Path output = directory.resolve(name + ".out");
    return ProcessHost.start(output, servers.endpoints(), "web-4", PREFIX, "3s");
  }

  private static boolean isFlag(Instance instance) {
    return instance.host().orElse("").equals("web-4");
  }

  private void write() throws Exception {
    StringBuilder text = new StringBuilder("| Fault | What the listener was told |\n|---|---|\n");
    table.forEach((name, told) -> text.append("| %s | %s |\n".formatted(name, told)));
    Path file = Files.createDirectories(Path.of("target", "fleet")).resolve("faults.md");
    Files.writeString(file, text);
    System.out.println(text);
  }
}
