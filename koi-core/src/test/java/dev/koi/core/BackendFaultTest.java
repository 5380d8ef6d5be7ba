package dev.koi.core;

import static dev.koi.core.TestKoi.OFTEN_LISTED;
import static dev.koi.core.TestKoi.QUICK;
import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.koi.Instance;
import dev.koi.LongTest;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Gate;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one thing that a backend does wrong, or does at a bad moment, may cost. */
class BackendFaultTest {

  private static final Timing PATIENT =
      TestKoi.timing(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofMinutes(1));

  private InMemoryWorld world;
  private final Grammar listener = new Grammar();
  private final Tampered backend = new Tampered();
  private Koi koi;

  @BeforeEach // and no initializer, which runs also for a test that is left out
  void open() {
    world = InMemoryWorld.open("world");
  }

  @AfterEach
  void end() {
    koi.close();
    world.close();
    listener.verify();
  }

  @Test
  void aConnectThatHangsIsNamedWithItsEntry() {
    backend.connect(
        (sound, config) -> {
          new CountDownLatch(1).await();
          throw new IllegalStateException("not reached");
        });
    koi =
        Koi.builder()
            .backend(backend)
            .entry("world", Map.of("type", "tampered", "url", "https://me:hunter2@nowhere"))
            .set("koi.timing.connect", "100ms")
            .only("world")
            .start();

    await().until(() -> status().state() == BackendState.FAILED);
    assertThat(status().reason())
        .isEqualTo(
            "connect did not return within 100 ms (koi.timing.connect) for koi.backends.world {"
                + " url=https://me:***@nowhere }");
  }

  @Test
  void anIllegalArgumentIsAWrongConfigurationOnlyWhenConnecting() {
    AtomicInteger lists = new AtomicInteger();
    backend.list(
        sound -> {
          if (lists.incrementAndGet() < 3) {
            throw new IllegalArgumentException("host_port must be in 1..65535 but was 0");
          }
          return sound.listInstances();
        });
    watch(QUICK);

    await().until(() -> status().state() == BackendState.CONNECTED);
  }

  static Stream<Throwable> endsOfAWatch() {
    return Stream.of(
        new IOException("lost"),
        new IllegalArgumentException("no such action"),
        new NoClassDefFoundError("a/Backend$Dependency"),
        new UnreadableException());
  }

  @ParameterizedTest
  @MethodSource("endsOfAWatch")
  void aWatchThatEndsInWhateverWayHasEnded(Throwable end) {
    AtomicBoolean thrown = new AtomicBoolean();
    backend.take(
        sound -> {
          if (!thrown.getAndSet(true)) {
            BackendFaultTest.<RuntimeException>sneak(end);
          }
          return sound.take();
        });
    watch(WITHOUT_RESYNC);

    await().until(() -> status().activity().connects() == 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"403: events are not allowed", ""})
  void aWatchThatIsRefusedIsMadeUpForByLists(String words) {
    world.start("web");
    backend.watch(
        sound -> {
          throw words.isEmpty() ? new IOException() : new IOException(words);
        });
    watch(OFTEN_LISTED);

    awaitConnected();
    assertThat(status().reason())
        .contains("every 5 s", words.isEmpty() ? "java.io.IOException" : words);
    await().until(() -> told().equals(List.of("Started")));
  }

  /** The in-memory watch does not notice it, as that of many clients. */
  @Test
  @LongTest
  void aFrozenRuntimeIsNoticed() {
    world.start("web");
    Timing usual =
        TestKoi.timing(Duration.ofSeconds(10), Duration.ofHours(1), Duration.ofMillis(200));
    watch(usual);
    awaitConnected();
    world.freeze();
    await().atMost(Duration.ofMinutes(2)).until(() -> told().contains("BackendDisconnected"));
    world.restore();
    await().until(() -> told().contains("BackendReconnected"));
  }

  @Test
  void aLimitationThatThrowsCostsNothingButItsWords() {
    world.start("web");
    backend.limitation(
        sound -> {
          throw new IllegalStateException("no words");
        });
    watch(OFTEN_LISTED);

    awaitConnected();
    await().until(() -> told().equals(List.of("Started")));
    assertThat(status().reason()).contains("limitation() threw java.lang.IllegalStateException");
    assertThat(status().activity().errors()).isEmpty();
  }

  static Stream<Arguments> listsThatCannotBeRight() {
    Instance web = Instance.builder("world", "1", "web").build();
    Instance another = Instance.builder("another", "1", "web").build();
    return Stream.of(
        arguments(null, "listInstances returned null"),
        arguments(Collections.singletonList(null), "returned a null instance"),
        arguments(List.of(another), "returned an instance of 'another', not of 'world'"),
        arguments(List.of(web, web), "returned the id '1' twice, for 'web' and for 'web'"));
  }

  @ParameterizedTest
  @MethodSource("listsThatCannotBeRight")
  void aListThatCannotBeRightIsAFailure(List<Instance> list, String why) {
    backend.list(sound -> list);
    watch(OFTEN_LISTED);

    await().until(() -> status().state() == BackendState.FAILED);
    assertThat(status().reason()).contains(why);
    assertThat(told()).isEmpty();
  }

  @Test
  void anAnswerAboutAnotherInstanceIsNone() {
    String web = world.start("web");
    backend.find(
        (sound, id) -> Optional.of(Instance.builder("world", "another", "another").build()));
    watch(WITHOUT_RESYNC);
    await().until(() -> told().equals(List.of("Started")));
    world.pause(web);

    await().until(() -> status().activity().errors().containsKey("findInstance"));
    assertThat(koi.instances()).extracting(Instance::id).containsExactly(web);
  }

  @Test
  void aLookThatFailsIsMadeAgain() {
    AtomicBoolean failed = new AtomicBoolean();
    backend.find(
        (sound, id) -> {
          if (!failed.getAndSet(true)) {
            throw new IOException("not now");
          }
          return sound.findInstance(id);
        });
    watch(WITHOUT_RESYNC);
    awaitConnected();
    world.start("web");

    await().until(() -> told().equals(List.of("Started")));
  }

  @Test
  void aChangeDuringTheFirstListIsNotLost() {
    AtomicBoolean listed = new AtomicBoolean();
    backend.list(
        sound -> {
          List<Instance> list = sound.listInstances();
          if (!listed.getAndSet(true)) {
            world.start("web");
          }
          return list;
        });
    watch(WITHOUT_RESYNC);

    await().until(() -> told().equals(List.of("Started")));
  }

  @Test
  void nothingIsStoppedBecauseTheFirstListAfterAnOutageDoesNotShowIt() {
    AtomicInteger lists = new AtomicInteger();
    world.start("web");
    backend.list(sound -> lists.getAndIncrement() == 0 ? sound.listInstances() : List.of());
    watch(WITHOUT_RESYNC);
    await().until(() -> told().equals(List.of("Started")));
    world.lose();
    await().until(() -> told().contains("BackendDisconnected"));
    world.restore();

    await().until(() -> told().contains("BackendReconnected"));
    assertThat(told()).containsExactly("Started", "BackendDisconnected", "BackendReconnected");
  }

  @Test
  void reconnectedIsToldWhenEveryEndHasBeenConfirmed() throws InterruptedException {
    Gate beforeFind = new Gate();
    String web = world.start("web");
    backend.find(
        (sound, id) -> {
          beforeFind.pass();
          return sound.findInstance(id);
        });
    watch(WITHOUT_RESYNC);
    await().until(() -> told().equals(List.of("Started")));
    world.lose();
    await().until(() -> told().contains("BackendDisconnected"));
    world.stop(web);
    beforeFind.close();
    world.restore();
    beforeFind.awaitCaller();
    await()
        .during(Duration.ofMillis(100))
        .until(() -> told().equals(List.of("Started", "BackendDisconnected")));
    beforeFind.open();

    await()
        .until(
            () ->
                told()
                    .equals(
                        List.of(
                            "Started", "BackendDisconnected", "Stopped", "BackendReconnected")));
  }

  @Test
  void closingWhileAnEndIsConfirmedClosesTheConnectionToo() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger open = new AtomicInteger();
    String web = world.start("web");
    backend
        .connect(
            (sound, config) -> {
              RuntimeConnection connection = sound.connect(config);
              open.incrementAndGet();
              return connection;
            })
        .find((sound, id) -> hang(asked))
        .close(
            sound -> {
              open.decrementAndGet();
              sound.close();
            });
    watch(PATIENT);
    await().until(() -> told().contains("Started"));
    world.lose();
    world.stop(web);
    world.restore();
    await().until(() -> asked.get() > 0);
    koi.close();

    await().until(() -> open.get() == 0);
  }

  @Test
  void endsThatCannotBeConfirmedDoNotKeepARuntimeFromBeingConnected() {
    AtomicInteger asked = new AtomicInteger();
    List<String> ids = IntStream.range(0, 60).mapToObj(i -> world.start("web-" + i)).toList();
    backend.find((sound, id) -> hang(asked));
    watch(QUICK);
    await().until(() -> told().size() == ids.size());
    world.lose();
    ids.forEach(world::stop);
    await().until(() -> told().contains("BackendDisconnected"));
    world.restore();

    await().until(() -> told().contains("BackendReconnected"));
    assertThat(asked).hasValueLessThan(ids.size());
    assertThat(told()).doesNotContain("Stopped");
  }

  @Test
  void aBackendThatIsNotAskedAnyMoreIsNotCalledConnected() {
    BrokenBackend broken =
        new BrokenBackend(
            BrokenBackend.Method.FIND, BrokenBackend.Fault.HANG_IN_SPITE_OF_INTERRUPTS);
    watch(QUICK, broken);
    awaitConnected();
    for (int i = 0; i < 12; i++) {
      world.start("web-" + i);
    }

    await().until(() -> status().reason().contains("earlier calls hang"));
    assertThat(status().state()).isEqualTo(BackendState.FAILED);
    broken.release();
    await().until(() -> koi.instances().size() == 12);
  }

  @Test
  void aLossIsNoticedWhileEveryLookHangs() {
    AtomicInteger asked = new AtomicInteger();
    backend.find((sound, id) -> hang(asked));
    watch(PATIENT);
    awaitConnected();
    for (int i = 0; i < 10; i++) {
      world.start("web-" + i);
    }
    await().until(() -> asked.get() == 4);
    world.lose();

    await().until(() -> status().state() == BackendState.UNAVAILABLE);
  }

  @Test
  void aReaderThatNeverReturnsIsCounted() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger takes = new AtomicInteger();
    backend
        .take(
            sound -> {
              if (takes.incrementAndGet() > 1) {
                return sound.take();
              }
              awaitDeaf(never);
              throw new IOException("at last");
            })
        .list(
            sound -> {
              if (takes.get() == 1 && status().activity().connects() == 1) {
                new CountDownLatch(1).await();
              }
              return sound.listInstances();
            });
    watch(QUICK);

    await().until(() -> status().activity().connects() >= 2);
    await().until(() -> status().activity().abandoned() == 1);
    never.countDown();
    await().until(() -> status().activity().abandoned() == 0);
  }

  @Test
  void anAnswerOfAConnectionThatIsClosedIsNotTakenIn() throws InterruptedException {
    Gate afterFind = new Gate();
    backend.find(
        (sound, id) -> {
          Optional<Instance> found = sound.findInstance(id);
          afterFind.pass();
          return found;
        });
    watch(WITHOUT_RESYNC);
    awaitConnected();
    afterFind.close();
    String ghost = world.start("ghost");
    afterFind.awaitCaller();
    world.lose();
    world.stop(ghost);
    world.restore();
    await().until(() -> status().activity().connects() == 2);
    afterFind.open();
    world.start("witness");

    await().until(() -> told().contains("Started"));
    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(
            () ->
                assertThat(koi.instances()).extracting(Instance::name).containsExactly("witness"));
  }

  @Test
  void aListThatCanBeReadOnlyOnceHoldsUpNobody() {
    CountDownLatch never = new CountDownLatch(1);
    world.start("web");
    backend.list(
        sound -> {
          List<Instance> whole = sound.listInstances();
          AtomicInteger readings = new AtomicInteger();
          return new AbstractList<>() {
            @Override
            public Instance get(int index) {
              if (index == 0 && readings.incrementAndGet() > 1) {
                awaitDeaf(never);
              }
              return whole.get(index);
            }

            @Override
            public int size() {
              return whole.size();
            }
          };
        });
    watch(WITHOUT_RESYNC);

    try {
      await().until(() -> koi.instances().size() == 1);
    } finally {
      never.countDown();
    }
  }

  /** Counts the calls, which end by an interrupt. */
  private static Optional<Instance> hang(AtomicInteger asked) throws InterruptedException {
    asked.incrementAndGet();
    new CountDownLatch(1).await();
    return Optional.empty();
  }

  private static void awaitDeaf(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }

  /** A backend that stops before or after its answers, and gives a vague hint when asked to. */
  private static final class Gated extends Tampered {
    final Gate beforeFind = new Gate();
    final Gate afterFind = new Gate();
    final Gate beforeList = new Gate();
    final Gate afterList = new Gate();
    final AtomicBoolean vague = new AtomicBoolean();

    Gated() {
      take(
          sound -> {
            ChangeHint hint = sound.take();
            return vague.getAndSet(false) ? ChangeHint.everything() : hint;
          });
      find(
          (sound, id) -> {
            beforeFind.pass();
            Optional<Instance> found = sound.findInstance(id);
            afterFind.pass();
            return found;
          });
      list(
          sound -> {
            beforeList.pass();
            List<Instance> list = sound.listInstances();
            afterList.pass();
            return list;
          });
    }
  }

  /** Starts another instance, of which only a list tells. */
  private void startUnnamed(Gated gated, String name) {
    gated.vague.set(true);
    world.start(name);
  }

  @Test
  void aListThatIsOlderThanTheAnswerToAnEarlierQuestionUndoesNothing() throws InterruptedException {
    Gated gated = new Gated();
    String web = world.start("web");
    watch(WITHOUT_RESYNC, gated);
    awaitConnected();
    listener.awaitTold("Started web"); // else its end would leave nothing to tell
    gated.beforeFind.close();
    world.pause(web);
    gated.beforeFind.awaitCaller();
    gated.afterList.close();
    startUnnamed(gated, "other");
    gated.afterList.awaitCaller();
    world.stop(web);
    gated.beforeFind.open();
    await().until(() -> told().contains("Stopped"));
    gated.afterList.open();

    listener.awaitTold("Started web", "Stopped web", "Started other");
    world.start("witness");
    listener.awaitTold("Started web", "Stopped web", "Started other", "Started witness");
  }

  @Test
  void anAnswerThatIsOlderThanAnEarlierListUndoesNothing() throws InterruptedException {
    Gated gated = new Gated();
    String web = world.start("web");
    watch(WITHOUT_RESYNC, gated);
    awaitConnected();
    listener.awaitTold("Started web"); // else its end would leave nothing to tell
    gated.beforeList.close();
    startUnnamed(gated, "other");
    gated.beforeList.awaitCaller();
    gated.afterFind.close();
    world.pause(web);
    gated.afterFind.awaitCaller();
    world.unpause(web);
    world.rename(web, "shop");
    gated.beforeList.open();
    await().until(() -> koi.instances().size() == 2);
    gated.afterFind.letOne();
    gated.afterFind.awaitCaller();
    await().until(() -> koi.status().listeners().get(0).pending() == 0);
    gated.afterFind.open();

    await().until(() -> names().contains("shop"));
    assertThat(names()).filteredOn(name -> !name.equals("other")).endsWith("shop");
    assertThat(names().lastIndexOf("web")).as("never again").isLessThan(names().indexOf("shop"));
  }

  @Test
  void whatAListDidNotCountForIsLookedAtAgain() throws InterruptedException {
    Gate afterFind = new Gate();
    AtomicBoolean vague = new AtomicBoolean();
    AtomicInteger passed = new AtomicInteger();
    String web = world.start("web");
    backend
        .take(
            sound -> {
              ChangeHint hint = sound.take();
              return vague.get() ? ChangeHint.everything() : hint;
            })
        .find(
            (sound, id) -> {
              Optional<Instance> found = sound.findInstance(id);
              afterFind.pass();
              passed.incrementAndGet();
              return found;
            });
    watch(WITHOUT_RESYNC);
    await().until(() -> told().equals(List.of("Started")) && passed.get() == 1); // the first look
    afterFind.close();
    world.pause(web);
    afterFind.awaitCaller();
    vague.set(true);
    world.rename(web, "shop");
    world.start("witness");
    await().until(() -> koi.instances().size() == 2);
    afterFind.open();

    await().until(() -> names().contains("shop"));
  }

  /** Says nothing when it is asked what it says. */
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  @SuppressWarnings("unchecked") // the cast is to a type that is gone at run time
  private static <E extends Throwable> void sneak(Throwable e) throws E {
    throw (E) e;
  }

  private void watch(Timing timing) {
    watch(timing, backend);
  }

  private void watch(Timing timing, Tampered watched) {
    koi = TestKoi.start(timing, watched, entry("world", "tampered"));
    koi.subscribe(listener);
  }

  private BackendStatus status() {
    return koi.status().backends().get(0);
  }

  private void awaitConnected() {
    await().until(() -> status().state() == BackendState.CONNECTED);
  }

  /** Returns the names in what was told, in that order. */
  private List<String> names() {
    return listener.events().stream()
        .map(
            event ->
                event instanceof RuntimeEvent.Updated updated
                    ? updated.instance().name()
                    : ((RuntimeEvent.Started) event).instance().name())
        .toList();
  }

  /** Returns the kinds of the events. */
  private List<String> told() {
    return listener.events().stream().map(event -> event.getClass().getSimpleName()).toList();
  }
}
