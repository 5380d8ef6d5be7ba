package dev.koi.core;

import static dev.koi.core.TestKoi.QUICK;
import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.InMemoryWorld;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one thing that a backend does wrong, or does at a bad moment, may cost. */
@Timeout(60)
class BackendFaultTest {

  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final Grammar listener = new Grammar();
  private Koi koi;

  @AfterEach
  void end() {
    koi.close();
    world.close();
    listener.verify();
  }

  @Test
  void anIllegalArgumentIsAWrongConfigurationOnlyWhenConnecting() {
    AtomicInteger lists = new AtomicInteger();
    watch(
        QUICK,
        new Tampered() {
          @Override
          List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
            if (lists.incrementAndGet() < 3) {
              throw new IllegalArgumentException("host_port must be in 1..65535 but was 0");
            }
            return super.list(sound);
          }
        });

    await().until(() -> status().state() == BackendState.CONNECTED);
  }

  @Test
  void aWatchThatEndsWithAnIllegalArgumentHasEnded() {
    AtomicBoolean thrown = new AtomicBoolean();
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
            if (!thrown.getAndSet(true)) {
              throw new IllegalArgumentException("no such action");
            }
            return super.take(sound);
          }
        });

    await().until(() -> status().activity().connects() == 2);
  }

  @Test
  void aWatchThatIsRefusedWithoutAWordIsMadeUpForByLists() {
    world.start("web");
    watch(
        QUICK,
        new Tampered() {
          @Override
          InstanceWatch watch(RuntimeConnection sound) throws IOException {
            throw new IOException();
          }
        });

    await().until(() -> told().contains("Started"));
    assertThat(status().reason()).contains("every 5 s", "java.io.IOException");
  }

  @Test
  void aFailureThatCannotEvenBeReadIsTriedAgain() {
    AtomicBoolean thrown = new AtomicBoolean();
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
            if (!thrown.getAndSet(true)) {
              throw new UnreadableException();
            }
            return super.take(sound);
          }
        });

    await().until(() -> status().activity().connects() == 2);
  }

  @Test
  void closingWhileAnEndIsConfirmedClosesTheConnectionToo() {
    Timing patient =
        new Timing(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofSeconds(30),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ofMillis(500));
    CountDownLatch asked = new CountDownLatch(1);
    AtomicInteger open = new AtomicInteger();
    String web = world.start("web");
    watch(
        patient,
        new Tampered() {
          @Override
          public RuntimeConnection connect(BackendConfig config)
              throws IOException, InterruptedException {
            RuntimeConnection connection = super.connect(config);
            open.incrementAndGet();
            return connection;
          }

          @Override
          Optional<Instance> find(RuntimeConnection sound, String id) throws InterruptedException {
            asked.countDown();
            new CountDownLatch(1).await();
            return Optional.empty();
          }

          @Override
          void close(RuntimeConnection sound) {
            open.decrementAndGet();
            super.close(sound);
          }
        });
    await().until(() -> told().contains("Started"));
    world.lose();
    world.stop(web);
    world.restore();
    await().until(() -> asked.getCount() == 0);
    koi.close();

    await().until(() -> open.get() == 0);
  }

  /** Says nothing when it is asked what it says. */
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  private void watch(Timing timing, RuntimeBackend backend) {
    koi = TestKoi.start(timing, backend, entry("world", backend.name()));
    koi.subscribe(listener);
  }

  private BackendStatus status() {
    return koi.status().backends().get(0);
  }

  private List<String> told() {
    return listener.events().stream().map(event -> event.getClass().getSimpleName()).toList();
  }
}
