package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.LongTest;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Endpoint;
import dev.koi.testkit.engine.FaultProxy;
import dev.koi.testkit.engine.SimulatedEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random traffic and random faults, from a seed that is printed; then the faults are lifted, and
 * what the listener was told must be right.
 *
 * <p>{@code mvn verify -Dit.test=SoakIT -Dkoi.tests=all -Dkoi.soak.seconds=600 -Dkoi.soak.seed=1}
 * is the long form.
 */
@LongTest
@Timeout(7200) // longer than anybody lets it run
class SoakIT {

  private static final long SEED = Long.getLong("koi.soak.seed", System.currentTimeMillis());
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("koi.soak.seconds", 5));

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final Grammar listener = new Grammar();
  private final Map<String, Integer> done = new TreeMap<>();

  /** The ids of all that have ever ended; nothing else may be told to have stopped. */
  private final Set<String> ended = new HashSet<>();

  @Test
  void aSimulatedEngine() throws Exception {
    Path socket = directory.resolve("engine.sock");
    TreeMap<String, String> alive = new TreeMap<>(); // id -> state
    try (SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket);
        FaultProxy proxy = FaultProxy.start(directory.resolve("proxy.sock"), socket);
        Koi koi = koi(proxy.socket())) {
      koi.subscribe(listener);
      long end = System.nanoTime() + LENGTH.toNanos();
      for (int number = 1; System.nanoTime() < end; number++) {
        change(engine, alive, number);
        if (random.nextInt(100) == 0) {
          fault(engine, proxy);
        }
        Thread.sleep(random.nextLong(10));
      }
      engine.faults().lift();
      proxy.resume();
      alive.values().removeIf("stopped"::equals);
      await().untilAsserted(() -> assertThat(ids()).as(verdict(koi)).isEqualTo(alive.keySet()));
      System.out.println(verdict(koi));
    }
    listener.verify();
    assertThat(listener.events())
        .filteredOn(event -> event instanceof RuntimeEvent.Stopped)
        .allSatisfy(
            event -> assertThat(ended).contains(((RuntimeEvent.Stopped) event).instance().id()));
  }

  private void change(SimulatedEngine engine, Map<String, String> alive, int number) {
    List<String> ids = new ArrayList<>(alive.keySet());
    if (ids.size() < 5 || (ids.size() < 30 && random.nextInt(3) == 0)) {
      alive.put(engine.run(ContainerSpec.of("c" + number).publish(20_000 + number, 80)), "running");
      count("run");
      return;
    }
    String id = ids.get(random.nextInt(ids.size()));
    String command =
        switch (alive.get(id)) {
          case "running" -> List.of("stop", "restart", "pause", "rm").get(random.nextInt(4));
          case "paused" -> "unpause";
          default -> List.of("start", "rm").get(random.nextInt(2));
        };
    if (Set.of("stop", "restart", "rm").contains(command)) {
      ended.add(id);
    }
    count(command);
    switch (command) {
      case "stop" -> engine.stop(id);
      case "start" -> engine.start(id);
      case "restart" -> engine.restart(id);
      case "pause" -> engine.pause(id);
      case "unpause" -> engine.unpause(id);
      default -> engine.remove(id);
    }
    switch (command) {
      case "stop" -> alive.put(id, "stopped");
      case "pause" -> alive.put(id, "paused");
      case "rm" -> alive.remove(id);
      default -> alive.put(id, "running");
    }
  }

  /** One fault at a time: what was wrong before is right again. */
  private void fault(SimulatedEngine engine, FaultProxy proxy) {
    engine.faults().lift();
    proxy.resume();
    switch (random.nextInt(10)) {
      case 0 -> fault("lost", () -> engine.faults().on(Endpoint.EVENTS).chance(0.5).drop());
      case 1 -> fault("swapped", () -> engine.faults().on(Endpoint.EVENTS).swap());
      case 2 -> fault("twice", () -> engine.faults().on(Endpoint.EVENTS).duplicate());
      case 3 ->
          fault(
              "inspect 500",
              () -> engine.faults().on(Endpoint.INSPECT).chance(0.3).reply(r -> r.status(500)));
      case 4 ->
          fault(
              "half list",
              () -> engine.faults().on(Endpoint.LIST).chance(0.5).reply(r -> r.truncate(200)));
      case 5 -> fault("no list", () -> engine.faults().on(Endpoint.LIST).reply(r -> r.body("[]")));
      case 6 -> fault("cut streams", engine::cutStreams);
      case 7 -> fault("cut", proxy::cut);
      case 8 -> fault("stall", () -> proxy.stall(FaultProxy.Direction.TO_CLIENT));
      default -> fault("throttle", () -> proxy.throttle(FaultProxy.Direction.TO_CLIENT, 2_000));
    }
  }

  private void fault(String what, Runnable begin) {
    begin.run();
    count("fault: " + what);
  }

  private void count(String what) {
    done.merge(what, 1, Integer::sum);
  }

  private Set<String> ids() {
    Set<String> ids = new HashSet<>();
    listener.present().forEach(instance -> ids.add(instance.id()));
    return ids;
  }

  private String verdict(Koi koi) {
    return "soak of %d s, seed %d: %s; told %d events; %s"
        .formatted(
            LENGTH.toSeconds(),
            SEED,
            done,
            listener.events().size(),
            koi.status().backends().get(0).activity());
  }

  private static Koi koi(Path socket) {
    return Koi.builder()
        .set("koi.timing.connect", "2s")
        .set("koi.timing.find", "2s")
        .set("koi.timing.list", "5s")
        .set("koi.timing.resync", "3s")
        .set("koi.timing.disconnect-grace", "1s")
        .set("koi.timing.backoff-max", "1s")
        .set("koi.backends.docker.host", "unix://" + socket)
        .only("docker")
        .start();
  }
}
