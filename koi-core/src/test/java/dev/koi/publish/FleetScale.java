package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.RuntimeEvent.InstanceEvent;
import dev.koi.core.Koi;
import dev.koi.core.ListenerOptions;
import dev.koi.core.status.BackendActivity;
import dev.koi.fleet.EtcdServers;
import dev.koi.testkit.memory.InMemoryWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a fleet costs: publishers, instances and changes in this process, one etcd, three readers.
 * Prints a table.
 *
 * <p>It measures, so it has a name that no build looks for: {@code -Dit.test=FleetScale
 * -Dkoi.fleet.scale=60} runs it, with changes for 60 s.
 */
class FleetScale {

  private static final int SECONDS = Integer.getInteger("koi.fleet.scale", 60);
  private static final int HOSTS = Integer.getInteger("koi.fleet.scale.hosts", 100);
  private static final int INSTANCES = Integer.getInteger("koi.fleet.scale.instances", 100);
  private static final int CHANGES = Integer.getInteger("koi.fleet.scale.changes", 1_000);
  private static final int READERS = Integer.getInteger("koi.fleet.scale.readers", 3);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Map<String, String> LABELS =
      Map.of(
          "com.docker.compose.project", "shop",
          "com.docker.compose.service", "front",
          "org.opencontainers.image.source", "https://git.example.com/shop/front",
          "traefik.http.routers.front.rule", "Host(`shop.example.com`) && PathPrefix(`/cart`)");

  @TempDir Path directory;
  private final List<TestHost> hosts = new ArrayList<>();
  private final List<List<String>> ids = new ArrayList<>(); // of each host
  private final List<Koi> readers = new ArrayList<>();
  private final List<Latencies> latencies = new ArrayList<>();

  /** How long changes took until a listener was told; of one reader. */
  private static final class Latencies {
    private final long[] nanos = new long[1_000_000];
    private final AtomicInteger count = new AtomicInteger();

    void add(InstanceEvent event) {
      String stamp = event.instance().labels().get("stamp");
      if (stamp != null) {
        nanos[count.getAndIncrement() % nanos.length] = System.nanoTime() - Long.parseLong(stamp);
      }
    }

    double millis(double quantile) {
      long[] sorted = Arrays.copyOf(nanos, Math.min(count.get(), nanos.length));
      Arrays.sort(sorted);
      return sorted.length == 0
          ? Double.NaN
          : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
    }
  }

  @Test
  void measures() throws Exception {
    try (EtcdServers servers = EtcdServers.start(directory, 1)) {
      long empty = heap();
      startHosts(servers.endpoints());
      IntStream.range(0, READERS).forEach(i -> latencies.add(new Latencies()));
      long publishing = heap();
      startReaders(servers.endpoints());
      long reading = heap();
      long bytes = sum(PublisherStatus.Counts::bytes);
      long puts = sum(PublisherStatus.Counts::puts);
      long transactions = sum(PublisherStatus.Counts::transactions);
      latencies.forEach(each -> each.count.set(0));
      int changes = change();
      long end = System.nanoTime();
      await()
          .atMost(PATIENCE)
          .until(() -> hosts.stream().allMatch(h -> h.publisher().status().pending() == 0));
      row("publishers behind at the end", (System.nanoTime() - end) / 1_000_000 + " ms");
      awaitQuiet();
      puts = sum(PublisherStatus.Counts::puts) - puts;
      row("hosts, instances, readers", HOSTS + ", " + HOSTS * INSTANCES + ", " + READERS);
      row("changes, a second", changes + ", " + changes / SECONDS);
      row(
          "values written, in transactions",
          puts + ", " + (sum(PublisherStatus.Counts::transactions) - transactions));
      row("bytes a value", Long.toString((sum(PublisherStatus.Counts::bytes) - bytes) / puts));
      for (Latencies each : latencies) {
        row(
            "events; median, p99, longest until a listener is told",
            String.format(
                Locale.ROOT,
                "%d; %.0f, %.0f, %.0f ms",
                each.count.get(),
                each.millis(0.5),
                each.millis(0.99),
                each.millis(1)));
      }
      for (Koi reader : readers) {
        BackendActivity did = reader.status().backends().get(0).activity();
        row(
            "what a reader asked: hints, looks, lists",
            did.hints() + ", " + did.looks() + ", " + did.lists());
      }
      row("memory of a publisher with its Koi", (publishing - empty) / HOSTS / 1024 + " kB");
      row("memory of a reader", (reading - publishing) / READERS / 1024 + " kB");
      assertThat(failures()).isZero();
    } finally {
      readers.forEach(Koi::close);
      hosts.forEach(TestHost::close);
    }
  }

  private static void row(String what, String value) {
    System.out.println("| " + what + " | " + value + " |");
  }

  private void startHosts(List<String> endpoints) throws Exception {
    for (int i = 0; i < HOSTS; i++) {
      InMemoryWorld world = InMemoryWorld.open("scale-" + i);
      List<String> own = new ArrayList<>();
      for (int k = 0; k < INSTANCES; k++) {
        own.add(world.start("front-" + k, facts -> facts.image("nginx:1.27").labels(LABELS)));
      }
      ids.add(own);
      TestHost host = TestHost.of(world, TestHost.settings(endpoints, "host-" + i, Map.of()));
      hosts.add(host);
      host.publish();
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                hosts.stream()
                    .allMatch(host -> host.publisher().status().instances() == INSTANCES));
  }

  private void startReaders(List<String> endpoints) throws Exception {
    for (int i = 0; i < READERS; i++) {
      Koi koi =
          Koi.builder()
              .entry("fleet", Map.of("endpoints", endpoints))
              .set("koi.timing.connect", "1m")
              .set("koi.timing.list", "1m")
              .only("fleet")
              .start();
      readers.add(koi);
      Latencies own = latencies.get(i);
      assertThat(koi.await(k -> k.instances().size() == HOSTS * INSTANCES, PATIENCE)).isTrue();
      koi.subscribe(
          ListenerOptions.named("scale").kinds(InstanceEvent.class),
          event -> own.add((InstanceEvent) event));
    }
  }

  /** Changes instances at an even pace, each host in turn; returns how many. */
  private int change() {
    long start = System.nanoTime();
    int changes = 0;
    for (; changes < SECONDS * CHANGES; changes++) {
      long due = start + changes * 1_000_000_000L / CHANGES;
      while (due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      int host = changes % HOSTS;
      String id = ids.get(host).get(changes / HOSTS % INSTANCES);
      Map<String, String> labels = new HashMap<>(LABELS);
      labels.put("stamp", Long.toString(System.nanoTime()));
      hosts.get(host).world().update(id, facts -> facts.image("nginx:1.27").labels(labels));
    }
    return changes;
  }

  private void awaitQuiet() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              int before = latencies.stream().mapToInt(each -> each.count.get()).sum();
              Thread.sleep(2_000); // quiet for so long
              return before == latencies.stream().mapToInt(each -> each.count.get()).sum();
            });
  }

  private long failures() {
    return sum(PublisherStatus.Counts::failures);
  }

  private long sum(ToLongFunction<PublisherStatus.Counts> count) {
    return hosts.stream().mapToLong(h -> count.applyAsLong(h.publisher().status().counts())).sum();
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(300);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
