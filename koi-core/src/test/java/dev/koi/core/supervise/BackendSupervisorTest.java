package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.koi.Instance;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.dispatch.LogOf;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The attempts to connect and the grace, with the timing that is the default. */
class BackendSupervisorTest {

  private static final KoiSettings DEFAULTS =
      SettingsLoader.load(
          ConfigFactory.empty(), Optional.empty(), BackendSupervisorTest.class.getClassLoader());
  private static final Duration CAP = Duration.ofSeconds(30);

  private final VirtualTime time = new VirtualTime();
  private final long start = time.now();
  private final InstanceTable table = new InstanceTable();
  private final Grammar listener = new Grammar();
  private final VirtualRuntime runtime = new VirtualRuntime();
  private final List<LogRecord> log = new CopyOnWriteArrayList<>();
  private final Handler handler = new LogOf(log);
  private final Logger logger = Logger.getLogger(BackendSupervisor.class.getName());
  private final BackendSupervisor supervisor =
      new BackendSupervisor(
          new BackendSettings("b", Enabled.TRUE, BackendConfig.of("b", Map.of())),
          runtime,
          DEFAULTS.timing(),
          table,
          new RuntimeOwners(),
          new Random(42),
          time);

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO); // whatever tests of the command have left behind
    logger.addHandler(handler);
  }

  @AfterEach
  void end() throws InterruptedException {
    logger.removeHandler(handler);
    logger.setLevel(null);
    supervisor.stop();
    supervisor.awaitEnd(System.nanoTime() + Duration.ofSeconds(5).toNanos());
    table.close(Duration.ofSeconds(5));
    listener.verify();
  }

  @Test
  void anOutageOfTwoDaysIsMetWithPatienceAndAFewLinesOfLog() {
    runtime.unavailableFor(Duration.ofDays(2));
    supervisor.start();
    awaitConnected(1);

    List<Duration> pauses = time.pauses();
    assertThat(pauses).allMatch(pause -> pause.compareTo(CAP) <= 0);
    assertThat(pauses.subList(0, 7)).allMatch(pause -> pause.toMillis() >= 125);
    List<Duration> later = pauses.subList(7, pauses.size());
    assertThat(later).allMatch(pause -> pause.compareTo(CAP.dividedBy(2)) >= 0);
    assertThat(later).hasSizeBetween(48 * 3600 / 30, 48 * 3600 / 15);
    assertThat(new HashSet<>(later)).hasSizeGreaterThan(later.size() / 2);
    assertThat(log).extracting(LogRecord::getMessage).hasSize(2);
  }

  @Test
  void anOutageThatLooksDifferentEachTimeIsAFewLinesOfLogToo() {
    runtime.unavailableFor(Duration.ofHours(1));
    runtime.refuses(Duration.ofHours(1));
    supervisor.start();
    awaitConnected(1);

    assertThat(time.pauses()).hasSizeGreaterThan(100);
    assertThat(log).extracting(LogRecord::getMessage).hasSizeBetween(2, 3);
  }

  @Test
  void whatIsOverWithinTheGraceIsNotLoggedEither() {
    supervisor.start();
    for (int i = 1; i <= 10; i++) {
      awaitConnected(i);
      time.pass(Duration.ofMinutes(4));
      runtime.lose();
    }
    awaitConnected(11);

    assertThat(log).extracting(LogRecord::getMessage).hasSize(1);
  }

  @Test
  void aLossIsLoggedWhenItIsTold() {
    supervisor.start();
    awaitConnected(1);
    runtime.unavailableFor(Duration.ofHours(1));
    runtime.lose();
    awaitConnected(2);

    assertThat(log)
        .extracting(LogRecord::getMessage)
        .containsExactly(
            "b is connected: Virtual 1",
            "b is unavailable: nothing is there",
            "b is connected: Virtual 1");
  }

  @Test
  void whatGoesWrongWhileALossIsDealtWithDoesNotEndTheAttempts() {
    supervisor.start();
    awaitConnected(1);
    time.refuseTasks(
        new InternalError("no thread")); // JUnit itself does not survive lack of memory
    runtime.lose();

    awaitConnected(2);
  }

  @Test
  void afterAHealthyTimeTheFirstPauseIsShortAgain() {
    runtime.unavailableFor(Duration.ofHours(1));
    supervisor.start();
    awaitConnected(1);
    time.pass(Duration.ofSeconds(31));
    runtime.lose();
    awaitConnected(2);

    assertThat(lastPause()).isLessThanOrEqualTo(Duration.ofMillis(250));
  }

  @Test
  void aRuntimeThatIsLostSoonEachTimeIsLeftAloneForLongerAndLonger() {
    supervisor.start();
    for (int i = 1; i <= 10; i++) {
      awaitConnected(i);
      time.pass(Duration.ofSeconds(5));
      runtime.lose();
    }
    awaitConnected(11);

    assertThat(lastPause()).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aRuntimeOnALocalSocketIsTriedAtLeastEveryFiveSeconds() {
    runtime.endpoint = "unix:///run/virtual.sock";
    supervisor.start();
    awaitConnected(1);
    runtime.unavailableFor(Duration.ofHours(1));
    runtime.lose();
    awaitConnected(2);

    assertThat(time.pauses()).allMatch(pause -> pause.compareTo(Duration.ofSeconds(5)) <= 0);
  }

  @Test
  void anAttemptThatTakesLongAndFailsIsNoHealthyTime() {
    runtime.listsInVainUntil(time.now() + Duration.ofHours(1).toNanos(), Duration.ofSeconds(40));
    supervisor.start();
    awaitConnected(1);

    assertThat(lastPause()).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aRuntimeThatIsBackWithinTheGraceWasNeverAway() {
    table.subscribe(listener);
    supervisor.start();
    awaitConnected(1);
    runtime.lose();
    awaitConnected(2);
    time.pass(Duration.ofMinutes(1));

    assertThat(toldUpToAWitness()).containsExactly("Started");
  }

  @Test
  void eachLossHasAGraceOfItsOwn() {
    table.subscribe(listener);
    supervisor.start();
    awaitConnected(1);
    runtime.lose();
    awaitConnected(2);
    time.pass(Duration.ofSeconds(2));
    runtime.unavailableFor(Duration.ofMillis(1_500)); // past the first loss's grace of 3 s
    runtime.lose();
    awaitConnected(3);

    assertThat(toldUpToAWitness()).containsExactly("Started");
  }

  @Test
  void aRuntimeThatStaysAwayIsToldOfAfterTheGraceAndOnce() {
    table.subscribe(listener);
    supervisor.start();
    awaitConnected(1);
    runtime.unavailableFor(Duration.ofDays(36_500));
    runtime.lose();
    await().until(() -> listener.events().size() == 1); // before it is back: else both cancel out
    runtime.unavailableFor(Duration.ZERO);
    await().until(() -> listener.events().size() == 2);

    assertThat(toldUpToAWitness())
        .containsExactly("BackendDisconnected", "BackendReconnected", "Started");
  }

  /** Returns what was told before and with an instance that starts only now. */
  private List<String> toldUpToAWitness() {
    table.observe(
        "b",
        "witness",
        Optional.of(Instance.builder("b", "witness", "witness").build()),
        System.nanoTime());
    await()
        .until(
            () ->
                listener.present().stream().anyMatch(instance -> instance.id().equals("witness")));
    return listener.events().stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  private Duration lastPause() {
    List<Duration> pauses = time.pauses();
    return pauses.get(pauses.size() - 1);
  }

  private void awaitConnected(int times) {
    await()
        .until(
            () ->
                supervisor.status().state() == BackendState.CONNECTED
                    && supervisor.status().activity().connects() == times);
  }

  /** A runtime without instances that comes and goes, by virtual time. */
  private final class VirtualRuntime implements RuntimeBackend {
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile String endpoint = "memory";
    private volatile long back = start;
    private volatile long refuses = start;
    private volatile long listed = start;
    private volatile Duration listTakes = Duration.ZERO;
    private volatile BlockingQueue<IOException> losses = new LinkedBlockingQueue<>();

    void unavailableFor(Duration outage) {
      back = time.now() + outage.toNanos();
    }

    /** When it is there at all, it refuses every second connection. */
    void refuses(Duration length) {
      refuses = time.now() + length.toNanos();
    }

    void listsInVainUntil(long moment, Duration each) {
      listed = moment;
      listTakes = each;
    }

    void lose() {
      losses.add(new IOException("lost"));
    }

    @Override
    public String name() {
      return "b";
    }

    @Override
    public RuntimeConnection connect(BackendConfig config) throws IOException {
      if (time.now() < refuses && attempts.incrementAndGet() % 2 == 0) {
        throw new IOException("go away");
      }
      if (time.now() < back) {
        throw new BackendUnavailableException("nothing is there");
      }
      BlockingQueue<IOException> ends = new LinkedBlockingQueue<>();
      losses = ends;
      return new RuntimeConnection() {
        @Override
        public RuntimeInfo runtime() {
          return new RuntimeInfo("Virtual", "1", "1", endpoint);
        }

        @Override
        public List<Instance> listInstances() throws IOException {
          if (time.now() < listed) {
            time.pass(listTakes);
            throw new IOException("no list in all this time");
          }
          return List.of();
        }

        @Override
        public InstanceWatch watch() {
          return new InstanceWatch() {
            @Override
            public ChangeHint take() throws IOException, InterruptedException {
              throw ends.take();
            }

            @Override
            public void close() {
              ends.add(new IOException("closed"));
            }
          };
        }

        @Override
        public void close() {
          ends.add(new IOException("closed"));
        }
      };
    }
  }
}
