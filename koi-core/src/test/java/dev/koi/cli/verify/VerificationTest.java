package dev.koi.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.LongTest;
import dev.koi.cli.verify.Outcome.Result;
import dev.koi.core.Tampered;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults that can be seen on a runtime in use are found, by their rules and no other. */
@LongTest
class VerificationTest {

  private final InMemoryWorld world = InMemoryWorld.open("verified");
  private final Tampered backend = new Tampered();

  @BeforeEach
  void start() {
    world.start("web", facts -> facts.labels(Map.of("a", "b")));
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void findsDifferFromLists() throws Exception {
    backend.find((it, id) -> it.findInstance(id).map(VerificationTest::renamed));

    assertThat(broken()).containsOnlyKeys("F-1");
  }

  @Test
  void anUnknownIdIsFound() throws Exception {
    backend.find(
        (it, id) -> it.listInstances().stream().filter(one -> one.id().startsWith(id)).findFirst());

    assertThat(broken()).containsOnlyKeys("F-2");
  }

  @Test
  void aStartIsCountedBack() throws Exception {
    backend.list(it -> it.listInstances().stream().map(VerificationTest::countedBack).toList());

    assertThat(broken())
        .hasEntrySatisfying("D-6", found -> assertThat(found).contains("started_at"));
  }

  private static Instance countedBack(Instance instance) {
    Instant now = Instant.now();
    long age = Duration.between(instance.startedAt().orElseThrow(), now).toSeconds();
    return Instance.builder(instance.backend(), instance.id(), instance.containerName())
        .startedAt(now.minusSeconds(age))
        .build();
  }

  @Test
  void aWatchIsNotQuiet() throws Exception {
    AtomicBoolean closed = new AtomicBoolean();
    backend
        .take(
            it -> {
              Thread.sleep(100);
              return closed.get() ? it.take() : ChangeHint.everything();
            })
        .close(
            it -> {
              closed.set(true);
              it.close();
            });

    assertThat(broken()).containsKey("W-4");
  }

  @Test
  void aThreadIsLeft() throws Exception {
    backend.connect(
        (it, config) -> {
          Thread thread = new Thread(VerificationTest::sleep, "forgotten");
          thread.setDaemon(true);
          thread.start();
          return it.connect(config);
        });

    assertThat(broken())
        .containsOnlyKeys("X-3")
        .hasEntrySatisfying("X-3", found -> assertThat(found).contains("\"forgotten\""));
  }

  @Test
  void aListCanBeChangedAndAnsweredAfterClose() throws Exception {
    AtomicReference<List<Instance>> last = new AtomicReference<>(List.of());
    backend.list(
        it -> {
          try {
            last.set(it.listInstances());
          } catch (IOException e) {
            // the mistake
          }
          return new ArrayList<>(last.get());
        });

    assertThat(broken()).containsOnlyKeys("L-4", "X-4");
  }

  private static void sleep() {
    try {
      Thread.sleep(Duration.ofMinutes(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Instance renamed(Instance instance) {
    return Instance.builder(instance.backend(), instance.id(), "another").build();
  }

  /** Returns what was found, by the rules that failed. */
  private Map<String, String> broken() throws Exception {
    return Verification.run(backend, BackendConfig.of("verified", Map.of()), Duration.ofSeconds(20))
        .outcomes()
        .stream()
        .filter(outcome -> outcome.result() == Result.FAILED)
        .collect(Collectors.toMap(Outcome::rule, Outcome::words));
  }
}
