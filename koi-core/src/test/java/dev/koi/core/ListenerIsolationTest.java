package dev.koi.core;

import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Gate;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.ListenerStatus;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners of every bad kind cost a good one nothing. */
class ListenerIsolationTest {

  private static final int OF_EACH_KIND = 7;

  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final Gate release = Gate.closed();
  private final Grammar good = new Grammar();
  private final Koi koi = TestKoi.start(WITHOUT_RESYNC, new Tampered(), entry("world", "tampered"));

  @AfterEach
  void end() {
    release.open();
    koi.close();
    world.close();
    good.verify();
  }

  @Test
  void amongFortyNineBadListenersAGoodOneHearsEverything() {
    List<Consumer<RuntimeEvent>> badKinds =
        List.of(
            event -> release.pass(),
            event -> {
              throw new IllegalStateException("a listener's own affair");
            },
            event -> {
              throw new NoClassDefFoundError("a/Listener$Dependency");
            },
            event -> ListenerIsolationTest.<RuntimeException>sneak(new IOException("undeclared")),
            event -> LockSupport.parkNanos(Duration.ofMillis(30).toNanos()),
            event -> koi.subscribe(again -> {}).close(),
            event -> assertThat(koi.status().listeners()).isNotEmpty());
    for (int i = 0; i < OF_EACH_KIND; i++) {
      badKinds.forEach(koi::subscribe);
      subscribeOneThatClosesItself();
    }
    koi.subscribe(good);

    for (int i = 0; i < 20; i++) {
      String id = world.start("web-" + i);
      int told = 3 * i;
      await().until(() -> good.events().size() == told + 1);
      world.rename(id, "shop-" + i);
      await().until(() -> good.events().size() == told + 2);
      world.stop(id);
      await().until(() -> good.events().size() == told + 3);
    }

    assertThat(koi.status().backends().get(0).state()).isEqualTo(BackendState.CONNECTED);
    await()
        .untilAsserted(() -> assertBadOnesAreShown(koi.status().listeners())); // each at its pace
  }

  private static void assertBadOnesAreShown(List<ListenerStatus> listeners) {
    assertThat(listeners)
        .filteredOn(listener -> listener.told() == 1 && !listener.busy().isZero())
        .as("blocked")
        .hasSize(OF_EACH_KIND);
    assertThat(listeners)
        .filteredOn(listener -> listener.failures() > 0)
        .as("failed")
        .hasSizeGreaterThanOrEqualTo(3 * OF_EACH_KIND);
  }

  private void subscribeOneThatClosesItself() {
    AtomicReference<Subscription> own = new AtomicReference<>();
    Gate known = Gate.closed();
    own.set(
        koi.subscribe(
            event -> {
              known.pass();
              own.get().close();
            }));
    known.open();
  }

  @Test
  void aListenerThatClosesItselfHearsNoMoreAtOnce() throws InterruptedException {
    Grammar hasty = new Grammar();
    AtomicReference<Subscription> own = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch restarted = new CountDownLatch(1);
    own.set(
        koi.subscribe(
            event -> {
              hasty.accept(event);
              if (event instanceof RuntimeEvent.Started) {
                started.countDown();
              }
              if (event instanceof RuntimeEvent.Stopped) {
                own.get().close(); // between the end and the beginning of a restart
                restarted.countDown();
              }
            }));
    koi.subscribe(good);
    String web = world.start("web");
    started.await();
    world.restart(web);
    restarted.await();
    world.start("witness");

    await().until(() -> good.present().size() == 2);
    assertThat(hasty.events()).hasSize(2);
  }

  @Test
  @SuppressWarnings("try") // listeners may close
  void listenersThatCloseKoiAtOnceDoNotWaitForEachOther() throws InterruptedException {
    Timing patient = // it would be days before one of them gave up
        new Timing(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            Duration.ofMillis(200),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ofDays(10));
    CyclicBarrier together = new CyclicBarrier(3);
    CountDownLatch closed = new CountDownLatch(3);
    Koi another = TestKoi.start(patient, new Tampered(), entry("world", "tampered"));
    for (int i = 0; i < 3; i++) {
      another.subscribe(
          event -> {
            awaitAll(together);
            another.close();
            closed.countDown();
          });
    }
    world.start("web");

    assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
  }

  private static void awaitAll(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void closingASubscriptionWaitsForTheCallUnderWay() throws InterruptedException {
    CountDownLatch called = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger(); // a second one, if this thread is slow
    Grammar finished = new Grammar();
    Subscription subscription =
        koi.subscribe(
            event -> {
              calls.incrementAndGet();
              called.countDown();
              LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
              finished.accept(event);
            });
    world.start("web");
    called.await();
    subscription.close();

    assertThat(finished.all()).hasSize(calls.get());
  }

  @SuppressWarnings("unchecked") // the cast is to a type that is gone at run time
  private static <E extends Exception> void sneak(Exception e) throws E {
    throw (E) e;
  }
}
