package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Koi is closed at any moment of its life, by anybody, and leaves nothing behind. */
@Timeout(180)
class CloseTest {

  private static final int TIMES = "all".equals(System.getProperty("koi.tests")) ? 200 : 40;

  /** From before the first attempt to connect until long after the first picture. */
  private static final int MOST_MILLIS = 80;

  @TempDir Path directory;

  private final Random random = new Random(10);

  private enum Closer {
    THIS_THREAD,
    TWO_AT_ONCE,
    AN_INTERRUPTED_THREAD,
    A_LISTENER
  }

  @Test
  void closingLeavesNoCallNoThreadAndNoDescriptor() throws Exception {
    Path socket = directory.resolve("engine.sock");
    try (InMemoryWorld world = InMemoryWorld.open("world");
        SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
      engine.run(ContainerSpec.of("web"));
      KoiBuilder builder =
          Koi.builder()
              .set("koi.backends.docker.host", "unix://" + socket)
              .set("koi.backends.world.type", "in-memory")
              .only("docker", "world");
      closeOnce(world, builder, Closer.THIS_THREAD); // what is loaded once is loaded
      Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
      long descriptors = descriptors();
      for (int i = 0; i < TIMES; i++) {
        closeOnce(world, builder, Closer.values()[random.nextInt(Closer.values().length)]);
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(Thread.getAllStackTraces().keySet())
                      .filteredOn(thread -> !threads.contains(thread))
                      .extracting(Thread::getName)
                      .filteredOn(name -> name.startsWith("koi-"))
                      .allMatch(name -> name.startsWith("koi-simulated-")));
      await().untilAsserted(() -> assertThat(descriptors()).isLessThan(descriptors + 10));
    }
  }

  private void closeOnce(InMemoryWorld world, KoiBuilder builder, Closer closer)
      throws InterruptedException {
    AtomicLong heard = new AtomicLong();
    Koi koi = builder.start();
    koi.subscribe(event -> heard.incrementAndGet());
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(MOST_MILLIS)).toNanos());
    switch (closer) {
      case THIS_THREAD -> koi.close();
      case TWO_AT_ONCE -> {
        Thread other = new Thread(koi::close);
        other.start();
        koi.close();
        other.join();
      }
      case AN_INTERRUPTED_THREAD -> {
        Thread.currentThread().interrupt();
        koi.close();
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
      }
      case A_LISTENER -> {
        CountDownLatch closed = new CountDownLatch(1);
        koi.subscribe(
            event -> {
              koi.close();
              closed.countDown();
            });
        world.start("web");
        closed.await();
      }
    }
    long heardInTime = heard.get();
    world.start("web");
    koi.close();
    assertThat(heard).as("calls, closed by %s", closer).hasValue(heardInTime);
  }

  private static long descriptors() throws IOException {
    Path own = Path.of("/proc/self/fd");
    if (!Files.isDirectory(own)) {
      return 0; // they can only be counted on Linux
    }
    try (Stream<Path> open = Files.list(own)) {
      return open.count();
    }
  }
}
