package dev.koi.core;

import static dev.koi.core.TestKoi.QUICK;
import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.dispatch.History;
import dev.koi.core.dispatch.LogOf;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.ListenerStatus;
import dev.koi.testkit.memory.InMemoryBackend;
import dev.koi.testkit.memory.InMemoryWorld;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an application does with a Koi, apart from what its listeners are notified of. */
class EmbeddingTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final Grammar listener = new Grammar();
  private InMemoryWorld world;
  private InMemoryWorld other;
  private Koi koi;

  @BeforeEach
  void open() {
    world = InMemoryWorld.open("world");
    other = InMemoryWorld.open("other");
    koi =
        TestKoi.start(
            WITHOUT_RESYNC,
            new InMemoryBackend(),
            entry("world", "in-memory"),
            entry("other", "in-memory"));
  }

  @AfterEach
  void end() {
    koi.close();
    world.close();
    other.close();
    listener.verify();
  }

  @Test
  void anInstanceIsFoundByIdOrName() throws InterruptedException {
    String web = world.start("web");
    other.start("db");

    assertThat(koi.await(k -> k.instances().size() == 2, LONG)).isTrue();
    assertThat(koi.find("web")).extracting(Instance::id).containsExactly(web);
    assertThat(koi.find(web)).extracting(Instance::containerName).containsExactly("web");
    assertThat(koi.find("we")).isEmpty();
  }

  @Test
  void replicasAreFoundByTheNameThatTheyShare() throws InterruptedException {
    for (int i = 1; i <= 2; i++) {
      String id = world.start("shop-web-" + i);
      Map<String, String> labels =
          Map.of(
              "com.docker.compose.config-hash", "5f2c",
              "com.docker.compose.project", "shop",
              "com.docker.compose.service", "web",
              "com.docker.compose.container-number", "" + i);
      world.update(id, facts -> facts.labels(labels));
    }

    assertThat(koi.await(k -> k.find("web").size() == 2, LONG)).isTrue();
    assertThat(koi.find("shop-web-1")).hasSize(1);
  }

  @Test
  void aConditionIsAwaitedForALimitedTime() throws InterruptedException {
    String web = world.start("web");
    assertThat(koi.await(k -> !k.find("web").isEmpty(), LONG)).isTrue();
    assertThat(koi.await(k -> paused(k.find("web")), Duration.ofMillis(20))).isFalse();
    assertThat(koi.await(k -> true, Duration.ofSeconds(-1))).isTrue();
    world.pause(web);

    assertThat(koi.await(k -> paused(k.find("web")), Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
  }

  private static boolean paused(List<Instance> found) {
    return found.stream().anyMatch(instance -> instance.state() == InstanceState.PAUSED);
  }

  @Test
  void aStateCanBeAwaitedToo() throws InterruptedException {
    world.lose();
    try (Koi lost = TestKoi.start(QUICK, new InMemoryBackend(), entry("world", "in-memory"))) {
      assertThat(lost.awaitFirstPicture(LONG)).isTrue();
      assertThat(lost.status().anyConnected()).isFalse();
      world.restore();

      assertThat(lost.await(k -> k.status().anyConnected(), LONG)).isTrue();
    }
  }

  @Test
  void closingEndsAWaitAndIsShown() throws InterruptedException {
    world.start("web");
    assertThat(koi.await(k -> !k.find("web").isEmpty(), LONG)).isTrue();
    AtomicReference<Boolean> held = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                held.set(koi.await(k -> false, Duration.ofDays(1)));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    waiting.start();
    assertThat(koi.isClosed()).isFalse();
    koi.close();

    waiting.join();
    assertThat(held).hasValue(false);
    assertThat(koi.isClosed()).isTrue();
    assertThat(koi.status().anyConnected()).isFalse();
    assertThat(koi.status().backends())
        .allMatch(backend -> backend.state() == BackendState.CLOSED)
        .allMatch(backend -> backend.runtime().isEmpty() && backend.nextAttempt().isEmpty())
        .extracting(BackendStatus::reason)
        .containsOnly("Koi is closed");
    assertThat(koi.status().listeners()).isEmpty();
    assertThat(koi.find("web")).as("as it was last").hasSize(1);
  }

  @Test
  void aListenerReceivesOnlyWhatItsOptionsName() throws InterruptedException {
    List<String> told = new CopyOnWriteArrayList<>(); // no grammar: it does not know of the pause
    koi.subscribe(
        ListenerOptions.named("audit")
            .backends("other")
            .kinds(RuntimeEvent.Started.class, RuntimeEvent.Stopped.class),
        event -> told.add(Grammar.text(event)));
    koi.subscribe(event -> {});
    world.start("web");
    String db = other.start("db");
    assertThat(koi.await(k -> k.instances().size() == 2, LONG)).isTrue();
    await().until(() -> told.contains("Started db"));
    other.pause(db);
    assertThat(koi.await(k -> k.find("db").get(0).state() == InstanceState.PAUSED, LONG)).isTrue();
    other.stop(db);

    await().until(() -> told.contains("Stopped db"));
    assertThat(told).containsExactly("Started db", "Stopped db");
    assertThat(koi.status().listeners())
        .extracting(ListenerStatus::name)
        .containsExactly("audit", "koi-listener-2");
  }

  @Test
  void aListenerOfAnUnknownEntryIsRefused() {
    assertThatThrownBy(
            () -> koi.subscribe(ListenerOptions.named("audit").backends("othr"), event -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no backend 'othr'; there are: ")
        .hasMessageEndingWith("did you mean 'other'?");
    assertThat(koi.status().listeners()).isEmpty();
  }

  @Test
  void anExecutorCallsAListenerWithOneEventAtATime() throws InterruptedException {
    List<String> threads = new CopyOnWriteArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(4, task -> new Thread(task, "own"));
    for (int i = 0; i < 20; i++) {
      world.start("web-" + i);
    }
    koi.subscribe(
        ListenerOptions.named("on-executor").executor(executor),
        event -> {
          threads.add(Thread.currentThread().getName());
          listener.accept(event);
        });

    await().until(() -> listener.events().size() == 20);
    listener.awaitPicture(koi::instances);
    assertThat(threads).containsOnly("own");
    executor.shutdown();
  }

  @Test
  @SuppressWarnings("try") // the listener closes
  void aListenerOnAnExecutorMayCloseKoiWithoutWaitingForItself() throws InterruptedException {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    CountDownLatch closed = new CountDownLatch(1);
    try (Koi another =
        TestKoi.start(
            TestKoi.timing(Duration.ofDays(1), Duration.ofDays(1), Duration.ofMillis(200)),
            new InMemoryBackend(),
            entry("world", "in-memory"))) {
      another.subscribe(
          ListenerOptions.named("closer").executor(executor),
          event -> {
            another.close();
            closed.countDown();
          });
      closed.await();
    }
    executor.shutdown();
  }

  @Test
  void aHandlerReceivesWhatAListenerThrowsInPlaceOfTheLog() {
    List<LogRecord> log = new CopyOnWriteArrayList<>();
    LogOf handler = new LogOf(log);
    Logger logger = Logger.getLogger("dev.koi.core.dispatch.Mailbox");
    logger.addHandler(handler);
    List<String> failures = new CopyOnWriteArrayList<>();
    koi.subscribe(
        ListenerOptions.named("failing")
            .onError(
                (event, failure) -> {
                  failures.add(event.type() + " " + failure.getMessage());
                  throw new IllegalStateException("a handler may fail, too");
                }),
        event -> {
          listener.accept(event);
          throw new IllegalStateException("a listener's own affair");
        });
    world.start("web");

    await().until(() -> failures.contains("started a listener's own affair"));
    listener.awaitTold("Started web");
    logger.removeHandler(handler);
    assertThat(log).isEmpty();
  }

  @Test
  void everyInstanceEventHasAnInstance() {
    String web = world.start("web");
    koi.subscribe(listener);
    listener.awaitTold("Started web");
    world.stop(web);
    listener.awaitTold("Started web", "Stopped web");

    History history = listener.history();
    assertThat(history.events())
        .filteredOn(RuntimeEvent.InstanceEvent.class::isInstance)
        .allMatch(event -> ((RuntimeEvent.InstanceEvent) event).instance().id().equals(web));
  }
}
