package dev.koi.core;

import static dev.koi.core.TestKoi.OFTEN_LISTED;
import static dev.koi.core.TestKoi.QUICK;
import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What one thing that a backend does wrong, or does at a bad moment, may cost. */
class BackendFaultTest {

  private static final Timing PATIENT =
      TestKoi.timing(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofMinutes(1));

  private InMemoryWorld world;
  private final Grammar listener = new Grammar();
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
    RuntimeBackend hanging =
        new RuntimeBackend() {
          @Override
          public String name() {
            return "hanging";
          }

          @Override
          public RuntimeConnection connect(BackendConfig config) throws InterruptedException {
            new CountDownLatch(1).await();
            throw new IllegalStateException("not reached");
          }
        };
    koi =
        Koi.builder()
            .backend(hanging)
            .entry("world", Map.of("type", "hanging", "url", "https://me:hunter2@nowhere"))
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
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
            if (!thrown.getAndSet(true)) {
              BackendFaultTest.<RuntimeException>sneak(end);
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
        OFTEN_LISTED,
        new Tampered() {
          @Override
          InstanceWatch watch(RuntimeConnection sound) throws IOException {
            throw new IOException();
          }
        });

    awaitConnected();
    assertThat(status().reason()).contains("every 5 s", "java.io.IOException");
    await().until(() -> told().equals(List.of("Started")));
  }

  /** The in-memory watch does not notice it, as that of many clients. */
  @Test
  @EnabledIfSystemProperty(
      named = "koi.tests",
      matches = "all",
      disabledReason = "waits for twenty seconds; mvn verify -Dkoi.tests=all runs it")
  void aFrozenRuntimeIsNoticed() {
    world.start("web");
    Timing usual =
        TestKoi.timing(Duration.ofSeconds(10), Duration.ofHours(1), Duration.ofMillis(200));
    watch(usual, new Tampered());
    awaitConnected();
    world.freeze();
    await().atMost(Duration.ofMinutes(2)).until(() -> told().contains("BackendDisconnected"));
    world.restore();
    await().until(() -> told().contains("BackendReconnected"));
  }

  @Test
  void aLimitationThatThrowsCostsNothingButItsWords() {
    world.start("web");
    watch(
        OFTEN_LISTED,
        new Tampered() {
          @Override
          String limitation(RuntimeConnection sound) {
            throw new IllegalStateException("no words");
          }
        });

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
    watch(
        OFTEN_LISTED,
        new Tampered() {
          @Override
          List<Instance> list(RuntimeConnection sound) {
            return list;
          }
        });

    await().until(() -> status().state() == BackendState.FAILED);
    assertThat(status().reason()).contains(why);
    assertThat(told()).isEmpty();
  }

  @Test
  void anAnswerAboutAnotherInstanceIsNone() {
    String web = world.start("web");
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          Optional<Instance> find(RuntimeConnection sound, String id) {
            return Optional.of(Instance.builder("world", "another", "another").build());
          }
        });
    await().until(() -> told().equals(List.of("Started")));
    world.pause(web);

    await().until(() -> status().activity().errors().containsKey("findInstance"));
    assertThat(koi.instances()).extracting(Instance::id).containsExactly(web);
  }

  @Test
  void aLookThatFailsIsMadeAgain() {
    AtomicBoolean failed = new AtomicBoolean();
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          Optional<Instance> find(RuntimeConnection sound, String id)
              throws IOException, InterruptedException {
            if (!failed.getAndSet(true)) {
              throw new IOException("not now");
            }
            return super.find(sound, id);
          }
        });
    awaitConnected();
    world.start("web");

    await().until(() -> told().equals(List.of("Started")));
  }

  @Test
  void aChangeDuringTheFirstListIsNotLost() {
    AtomicBoolean listed = new AtomicBoolean();
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
            List<Instance> list = super.list(sound);
            if (!listed.getAndSet(true)) {
              world.start("web");
            }
            return list;
          }
        });

    await().until(() -> told().equals(List.of("Started")));
  }

  @Test
  void nothingIsStoppedBecauseTheFirstListAfterAnOutageDoesNotShowIt() {
    AtomicInteger lists = new AtomicInteger();
    world.start("web");
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
            return lists.getAndIncrement() == 0 ? super.list(sound) : List.of();
          }
        });
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
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          Optional<Instance> find(RuntimeConnection sound, String id)
              throws IOException, InterruptedException {
            beforeFind.pass();
            return super.find(sound, id);
          }
        });
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
    CountDownLatch asked = new CountDownLatch(1);
    AtomicInteger open = new AtomicInteger();
    String web = world.start("web");
    watch(
        PATIENT,
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

  @Test
  void endsThatCannotBeConfirmedDoNotKeepARuntimeFromBeingConnected() {
    AtomicInteger asked = new AtomicInteger();
    List<String> ids = IntStream.range(0, 60).mapToObj(i -> world.start("web-" + i)).toList();
    watch(
        QUICK,
        new Tampered() {
          @Override
          Optional<Instance> find(RuntimeConnection sound, String id) throws InterruptedException {
            asked.incrementAndGet();
            new CountDownLatch(1).await();
            return Optional.empty();
          }
        });
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
    watch(
        PATIENT,
        new Tampered() {
          @Override
          Optional<Instance> find(RuntimeConnection sound, String id) throws InterruptedException {
            asked.incrementAndGet();
            new CountDownLatch(1).await();
            return Optional.empty();
          }
        });
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
    watch(
        QUICK,
        new Tampered() {
          @Override
          ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
            if (takes.incrementAndGet() > 1) {
              return super.take(sound);
            }
            awaitDeaf(never);
            throw new IOException("at last");
          }

          @Override
          List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
            if (takes.get() == 1 && status().activity().connects() == 1) {
              new CountDownLatch(1).await();
            }
            return super.list(sound);
          }
        });

    await().until(() -> status().activity().connects() >= 2);
    await().until(() -> status().activity().abandoned() == 1);
    never.countDown();
    await().until(() -> status().activity().abandoned() == 0);
  }

  @Test
  void anAnswerOfAConnectionThatIsClosedIsNotTakenIn() throws InterruptedException {
    Gate afterFind = new Gate();
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          Optional<Instance> find(RuntimeConnection sound, String id)
              throws IOException, InterruptedException {
            Optional<Instance> found = super.find(sound, id);
            afterFind.pass();
            return found;
          }
        });
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
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
            List<Instance> whole = super.list(sound);
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
          }
        });

    try {
      await().until(() -> koi.instances().size() == 1);
    } finally {
      never.countDown();
    }
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

    @Override
    ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
      ChangeHint hint = super.take(sound);
      return vague.getAndSet(false) ? ChangeHint.everything() : hint;
    }

    @Override
    Optional<Instance> find(RuntimeConnection sound, String id)
        throws IOException, InterruptedException {
      beforeFind.pass();
      Optional<Instance> found = super.find(sound, id);
      afterFind.pass();
      return found;
    }

    @Override
    List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
      beforeList.pass();
      List<Instance> list = super.list(sound);
      afterList.pass();
      return list;
    }
  }

  /** Starts another instance, of which only a list tells. */
  private void startUnnamed(Gated backend, String name) {
    backend.vague.set(true);
    world.start(name);
  }

  @Test
  void aListThatIsOlderThanTheAnswerToAnEarlierQuestionUndoesNothing() throws InterruptedException {
    Gated backend = new Gated();
    String web = world.start("web");
    watch(WITHOUT_RESYNC, backend);
    awaitConnected();
    listener.awaitTold("Started web"); // else its end would leave nothing to tell
    backend.beforeFind.close();
    world.pause(web);
    backend.beforeFind.awaitCaller();
    backend.afterList.close();
    startUnnamed(backend, "other");
    backend.afterList.awaitCaller();
    world.stop(web);
    backend.beforeFind.open();
    await().until(() -> told().contains("Stopped"));
    backend.afterList.open();

    listener.awaitTold("Started web", "Stopped web", "Started other");
    world.start("witness");
    listener.awaitTold("Started web", "Stopped web", "Started other", "Started witness");
  }

  @Test
  void anAnswerThatIsOlderThanAnEarlierListUndoesNothing() throws InterruptedException {
    Gated backend = new Gated();
    String web = world.start("web");
    watch(WITHOUT_RESYNC, backend);
    awaitConnected();
    listener.awaitTold("Started web"); // else its end would leave nothing to tell
    backend.beforeList.close();
    startUnnamed(backend, "other");
    backend.beforeList.awaitCaller();
    backend.afterFind.close();
    world.pause(web);
    backend.afterFind.awaitCaller();
    world.unpause(web);
    world.rename(web, "shop");
    backend.beforeList.open();
    await().until(() -> koi.instances().size() == 2);
    backend.afterFind.letOne();
    backend.afterFind.awaitCaller();
    await().until(() -> koi.status().listeners().get(0).pending() == 0);
    backend.afterFind.open();

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
    watch(
        WITHOUT_RESYNC,
        new Tampered() {
          @Override
          ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
            ChangeHint hint = super.take(sound);
            return vague.get() ? ChangeHint.everything() : hint;
          }

          @Override
          Optional<Instance> find(RuntimeConnection sound, String id)
              throws IOException, InterruptedException {
            Optional<Instance> found = super.find(sound, id);
            afterFind.pass();
            passed.incrementAndGet();
            return found;
          }
        });
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

  /** Lets callers pass, or keeps them waiting while it is closed. */
  private static final class Gate {
    private boolean closed; // guarded by this
    private boolean one; // may pass although it is closed; guarded by this
    private boolean waiting; // guarded by this

    synchronized void close() {
      closed = true;
      waiting = false;
    }

    synchronized void open() {
      closed = false;
      notifyAll();
    }

    synchronized void letOne() {
      one = true;
      waiting = false;
      notifyAll();
    }

    synchronized void pass() throws InterruptedException {
      while (closed && !one) {
        waiting = true;
        notifyAll();
        wait();
      }
      one = false;
    }

    synchronized void awaitCaller() throws InterruptedException {
      while (!waiting) {
        wait();
      }
    }
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

  private void watch(Timing timing, RuntimeBackend backend) {
    koi = TestKoi.start(timing, backend, entry("world", backend.name()));
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
