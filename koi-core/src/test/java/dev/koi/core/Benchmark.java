package dev.koi.core;

import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;

import dev.koi.RuntimeEvent;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.docker.engine.RealEngine;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import dev.koi.testkit.memory.InMemoryWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints figures, and requires nothing: a timing is no test. {@code mvn test -Dtest=Benchmark} runs
 * it.
 */
@Timeout(600)
class Benchmark {

  @TempDir Path directory;

  @Test
  void whatKoiCostsAnEngine() {
    List<Long> without = new ArrayList<>();
    List<Long> with = new ArrayList<>();
    try (RealEngine engine = RealEngine.docker()) {
      String web = engine.name("web");
      engine.run(web);
      for (int i = 0; i < 60; i++) { // in turns, because the machine is not the same all the time
        if (i % 2 == 0) {
          without.add(pauseAndUnpause(engine, web));
        } else {
          try (Koi koi = koi("docker", engine.host())) {
            EngineFaults.patiently().until(() -> koi.status().anyConnected());
            with.add(pauseAndUnpause(engine, web));
          }
        }
      }
    }
    System.out.printf(
        "pause and unpause: %d ms without Koi, %d ms with it: x %.2f%n",
        millis(without, 50), millis(with, 50), (double) millis(with, 50) / millis(without, 50));
  }

  private static long pauseAndUnpause(RealEngine engine, String name) {
    long began = System.nanoTime();
    engine.cli("pause", name);
    engine.cli("unpause", name);
    return System.nanoTime() - began;
  }

  @Test
  void theFirstPictureOfTenThousand() {
    Path socket = directory.resolve("engine.sock");
    try (SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
      engine.runMany(10_000);
      long began = System.nanoTime();
      try (Koi koi = koi("docker", "unix://" + socket)) {
        EngineFaults.patiently()
            .atMost(Duration.ofMinutes(5))
            .until(() -> koi.instances().size() == 10_000);
        System.out.printf(
            "first picture of 10,000: %d ms%n", (System.nanoTime() - began) / 1_000_000);
      }
    }
  }

  @Test
  void aGoodListenerAmongBadOnes() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    List<Long> delays = new CopyOnWriteArrayList<>();
    try (InMemoryWorld world = InMemoryWorld.open("world");
        Koi koi = TestKoi.start(WITHOUT_RESYNC, new Tampered(), entry("world", "tampered"))) {
      for (int i = 0; i < 49; i++) {
        int kind = i % 3;
        koi.subscribe(event -> misbehave(kind, release));
      }
      koi.subscribe(
          event -> {
            if (event instanceof RuntimeEvent.Started started) {
              delays.add(System.nanoTime() - Long.parseLong(started.instance().name()));
            }
          });
      for (int i = 0; i < 1_000; i++) {
        world.start(Long.toString(System.nanoTime()));
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
      EngineFaults.patiently().until(() -> delays.size() == 1_000);
      release.countDown();
    }
    System.out.printf(
        "from a change to a good listener among 49 bad ones: median %d ms, p99 %d ms%n",
        millis(delays, 50), millis(delays, 99));
  }

  private static void misbehave(int kind, CountDownLatch release) {
    switch (kind) {
      case 0 -> {
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      case 1 -> LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
      default -> throw new StackOverflowError("a listener's own affair");
    }
  }

  private static long millis(List<Long> nanos, int percentile) {
    List<Long> sorted = Stream.of(nanos.toArray(Long[]::new)).sorted().toList();
    return sorted.get((sorted.size() - 1) * percentile / 100) / 1_000_000;
  }

  private static Koi koi(String name, String host) {
    Map<String, String> settings = Map.of("koi.backends." + name + ".host", host);
    ClassLoader loader = Benchmark.class.getClassLoader();
    return Koi.builder()
        .settings(SettingsLoader.load(Optional.empty(), settings, loader).only(Set.of(name)))
        .start();
  }
}
