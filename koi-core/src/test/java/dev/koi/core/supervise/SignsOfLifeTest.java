package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignsOfLifeTest {

  private static final Duration UNIT = Duration.ofMillis(500);

  private final Instance web = Instance.builder("test", "1", "web").build();
  private final AtomicInteger finds = new AtomicInteger();
  private final AtomicInteger lists = new AtomicInteger();
  private volatile boolean findHangs;
  private volatile boolean listHangs;

  private final RuntimeConnection connection =
      new RuntimeConnection() {
        @Override
        public RuntimeInfo runtime() {
          return new RuntimeInfo("Test", "", "", "memory:test");
        }

        @Override
        public List<Instance> listInstances() throws InterruptedException {
          lists.incrementAndGet();
          answer(listHangs);
          return List.of(web);
        }

        @Override
        public Optional<Instance> findInstance(String id) throws InterruptedException {
          finds.incrementAndGet();
          answer(findHangs);
          return Optional.of(web);
        }

        @Override
        public InstanceWatch watch() throws IOException {
          throw new IOException("not watched here");
        }

        @Override
        public void close() {}
      };

  private final Activity activity = new Activity();
  private final BackendCalls calls = new BackendCalls(activity, Thread::new);
  private final Agenda agenda = new Agenda(() -> {});
  private final SignsOfLife life =
      new SignsOfLife(
          UNIT, calls, activity, new CheckedConnection("test", connection, gaps -> {}), agenda);
  private final Thread keeper = new Thread(this::keep); // as the supervisor's thread

  private static void answer(boolean hangs) throws InterruptedException {
    if (hangs) {
      new CountDownLatch(1).await();
    }
  }

  private void keep() {
    try {
      while (true) {
        calls.keepUntil(life.check());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin() {
    life.listed(List.of(web), 0);
    keeper.start();
  }

  @AfterEach
  void end() {
    keeper.interrupt();
    calls.close(Duration.ofSeconds(30));
  }

  @Test
  void aSilentRuntimeIsAskedForOneInstanceNowAndThen() throws Exception {
    begin();
    await().until(() -> finds.get() > 2);
    assertThat(lists).hasValue(0);
    agenda.throwIfFailed();
  }

  @Test
  void oneInstanceThatHangsIsNoFrozenRuntime() throws Exception {
    findHangs = true;
    begin();
    await().until(() -> lists.get() > 2);
    agenda.throwIfFailed();
    assertThat(finds).as("the instance that hangs is not asked for again").hasValue(1);
  }

  @Test
  void aRuntimeThatAnswersNothingEndsTheSession() {
    findHangs = true;
    listHangs = true;
    begin();
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(agenda::throwIfFailed)
                    .hasMessage("the runtime has stopped answering"));
  }
}
