package dev.koi.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.LongTest;
import dev.koi.cli.verify.Outcome.Result;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import dev.koi.testkit.memory.InMemoryBackend;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults that can be seen on a runtime in use are found, by their rules and no other. */
@LongTest
class VerificationTest {

  private final InMemoryWorld world = InMemoryWorld.open("verified");

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
    assertThat(
            broken(
                it ->
                    new Bent(it) {
                      @Override
                      public Optional<Instance> findInstance(String id)
                          throws IOException, InterruptedException {
                        return super.findInstance(id).map(found -> renamed(found));
                      }
                    }))
        .containsOnlyKeys("F-1");
  }

  @Test
  void anUnknownIdIsFound() throws Exception {
    assertThat(
            broken(
                it ->
                    new Bent(it) {
                      @Override
                      public Optional<Instance> findInstance(String id)
                          throws IOException, InterruptedException {
                        return listInstances().stream()
                            .filter(one -> one.id().startsWith(id))
                            .findFirst();
                      }
                    }))
        .containsOnlyKeys("F-2");
  }

  @Test
  void aStartIsCountedBack() throws Exception {
    Map<String, String> broken =
        broken(
            it ->
                new Bent(it) {
                  @Override
                  public List<Instance> listInstances() throws IOException, InterruptedException {
                    List<Instance> list = new ArrayList<>();
                    for (Instance each : super.listInstances()) {
                      Instant now = Instant.now();
                      long age = Duration.between(each.startedAt().orElseThrow(), now).toSeconds();
                      list.add(
                          Instance.builder(each.backend(), each.id(), each.containerName())
                              .startedAt(now.minusSeconds(age))
                              .build());
                    }
                    return List.copyOf(list);
                  }
                });
    assertThat(broken).containsKey("D-6");
    assertThat(broken.get("D-6")).contains("started_at");
  }

  @Test
  void aWatchIsNotQuiet() throws Exception {
    assertThat(
            broken(
                it ->
                    new Bent(it) {
                      @Override
                      public InstanceWatch watch() throws IOException, InterruptedException {
                        InstanceWatch straight = super.watch();
                        return new InstanceWatch() {
                          private volatile boolean closed;

                          @Override
                          public ChangeHint take() throws IOException, InterruptedException {
                            Thread.sleep(100);
                            if (closed) {
                              throw new IOException("closed");
                            }
                            return ChangeHint.everything();
                          }

                          @Override
                          public void close() {
                            closed = true;
                            straight.close();
                          }
                        };
                      }

                      @Override
                      public void close() {
                        super.close();
                      }
                    }))
        .containsKey("W-4");
  }

  @Test
  void aThreadIsLeft() throws Exception {
    assertThat(
            broken(
                it -> {
                  Thread thread = new Thread(VerificationTest::sleep, "forgotten");
                  thread.setDaemon(true);
                  thread.start();
                  return it;
                }))
        .containsOnlyKeys("X-3")
        .hasEntrySatisfying("X-3", found -> assertThat(found).contains("\"forgotten\""));
  }

  @Test
  void aListCanBeChangedAndAnsweredAfterClose() throws Exception {
    assertThat(
            broken(
                it ->
                    new Bent(it) {
                      private List<Instance> last = List.of();

                      @Override
                      public List<Instance> listInstances() throws InterruptedException {
                        try {
                          last = super.listInstances();
                        } catch (IOException e) {
                          // the mistake
                        }
                        return new ArrayList<>(last);
                      }
                    }))
        .containsOnlyKeys("L-4", "X-4");
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
  private Map<String, String> broken(UnaryOperator<RuntimeConnection> bend) throws Exception {
    RuntimeBackend straight = new InMemoryBackend();
    RuntimeBackend bent =
        new RuntimeBackend() {
          @Override
          public String name() {
            return "bent";
          }

          @Override
          public RuntimeConnection connect(BackendConfig config)
              throws IOException, InterruptedException {
            return bend.apply(straight.connect(config));
          }
        };
    return Verification.run(bent, BackendConfig.of("verified", Map.of()), Duration.ofSeconds(20))
        .outcomes()
        .stream()
        .filter(outcome -> outcome.result() == Result.FAILED)
        .collect(Collectors.toMap(Outcome::rule, Outcome::words));
  }

  /** A correct connection of which one method is to be overridden. */
  private static class Bent implements RuntimeConnection {
    private final RuntimeConnection straight;

    Bent(RuntimeConnection straight) {
      this.straight = straight;
    }

    @Override
    public RuntimeInfo runtime() {
      return straight.runtime();
    }

    @Override
    public List<Instance> listInstances() throws IOException, InterruptedException {
      return straight.listInstances();
    }

    @Override
    public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
      return straight.findInstance(id);
    }

    @Override
    public InstanceWatch watch() throws IOException, InterruptedException {
      return straight.watch();
    }

    @Override
    public void close() {
      straight.close();
    }
  }
}
