package dev.koi.core;

import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.Timing;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.memory.InMemoryBackend;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Random lives in a world that is lost and found again, seen by the whole core through a backend
 * that loses hints: in the end every listener knows what is true, and on the way none was told
 * anything wrong.
 */
class KoiPropertyTest {

  private static final Timing TIMING =
      TestKoi.timing(Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofMillis(5));

  @Property(tries = 8, seed = "3")
  void everyListenerComesToKnowWhatIsTrue(
      @ForAll @Size(min = 20, max = 60) List<Integer> choices,
      @ForAll @IntRange(max = 100) int percentOfHintsLost)
      throws Exception {
    try (Scene scene = new Scene(percentOfHintsLost)) {
      for (int choice : choices) {
        scene.step(new Random(choice));
      }
      scene.verify();
    }
  }

  /** A world, a Koi that watches it, and listeners of which one is slow and one throws. */
  private static final class Scene implements AutoCloseable {
    private final InMemoryWorld world = InMemoryWorld.open("random");
    private final List<String> ids = new ArrayList<>();
    private final List<Grammar> logs = new ArrayList<>();
    private final Semaphore leave = new Semaphore(0);
    private final Koi koi;
    private int names;

    Scene(int percentOfHintsLost) {
      koi = TestKoi.start(TIMING, forgetful(percentOfHintsLost), entry("random", "tampered"));
      listen(event -> {});
      listen(event -> leave.acquireUninterruptibly());
      listen(
          event -> {
            throw new IllegalStateException("a listener's own affair");
          });
    }

    private void listen(Consumer<RuntimeEvent> more) {
      Grammar log = new Grammar();
      logs.add(log);
      koi.subscribe(
          event -> {
            log.accept(event);
            more.accept(event);
          });
    }

    void step(Random random) throws Exception {
      switch (random.nextInt(20)) {
        case 0 -> lose(random);
        case 1 -> listen(event -> {});
        case 2, 3 -> leave.release(random.nextInt(5));
        case 4 -> settle();
        default -> change(random);
      }
    }

    private void change(Random random) {
      if (ids.isEmpty() || random.nextInt(3) == 0) {
        ids.add(world.start("name-" + ++names));
        return;
      }
      String id = ids.get(random.nextInt(ids.size()));
      switch (random.nextInt(4)) {
        case 0 -> {
          world.stop(id);
          ids.remove(id);
        }
        case 1 -> world.restart(id);
        case 2 -> world.rename(id, "name-" + ++names);
        default -> {
          String image = "image-" + ++names;
          world.update(id, facts -> facts.image(image));
        }
      }
    }

    /** The world is out of sight for a while, and goes on. */
    private void lose(Random random) throws Exception {
      settle();
      world.lose();
      Instant from = Instant.now();
      await().until(() -> !koi.status().anyConnected());
      for (int i = random.nextInt(5); i > 0; i--) {
        change(random);
      }
      Instant to = Instant.now();
      world.restore();
      assertThat(logs.get(0).history().stoppedWhileBlind(from, to)).isEmpty();
    }

    /** Waits until the listener that is always prompt knows what is true. */
    private void settle() throws Exception {
      List<Instance> truth = truth();
      await()
          .untilAsserted(
              () ->
                  assertThat(logs.get(0).history().differencesFrom(truth))
                      .as(() -> koi.status().toString())
                      .isEmpty());
    }

    private List<Instance> truth() throws IOException, InterruptedException {
      try (RuntimeConnection direct =
          new InMemoryBackend().connect(BackendConfig.of("random", Map.of()))) {
        return direct.listInstances();
      }
    }

    void verify() throws Exception {
      leave.release(1_000_000);
      List<Instance> truth = truth();
      for (Grammar log : logs) {
        await().untilAsserted(() -> assertThat(log.history().differencesFrom(truth)).isEmpty());
        log.verify();
      }
    }

    @Override
    public void close() {
      leave.release(1_000_000);
      koi.close();
      world.close();
    }
  }

  /** Passes on only some of the hints. */
  private static Tampered forgetful(int percentLost) {
    Random random = new Random(4);
    return new Tampered()
        .take(
            sound -> {
              ChangeHint hint = sound.take();
              while (random.nextInt(100) < percentLost) {
                hint = sound.take();
              }
              return hint;
            });
  }
}
