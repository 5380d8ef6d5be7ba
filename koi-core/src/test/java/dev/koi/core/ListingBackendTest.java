package dev.koi.core;

import static dev.koi.core.TestKoi.OFTEN_LISTED;
import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.Timing;
import dev.koi.testkit.memory.InMemoryWorld;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A backend that can only list. To find one it lists all, so thousands of ends must not be proved
 * by a find each.
 */
class ListingBackendTest {

  private static final int MANY = 3_000;

  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final Grammar listener = new Grammar();
  private final AtomicInteger lists = new AtomicInteger();
  private final AtomicInteger finds = new AtomicInteger();
  private final AtomicBoolean emptyOnce = new AtomicBoolean(); // the next list, wrongly
  private volatile Optional<Duration> interval = Optional.empty();
  private Koi koi;

  @AfterEach
  void end() {
    koi.close();
    world.close();
    listener.verify();
    assertThat(finds)
        .as("finds, of which the first says that none is supported")
        .hasValueLessThan(9);
  }

  @Test
  void everyChangeIsTold() {
    watch(WITHOUT_RESYNC);
    String web = world.start("web");
    listener.awaitTold("Started web");
    world.restart(web);
    listener.awaitTold("Started web", "Stopped web", "Started web");
    world.stop(web);

    listener.awaitTold("Started web", "Stopped web", "Started web", "Stopped web");
  }

  @Test
  void thousandsOfEndsDuringAnOutageAreProvedByTwoLists() {
    List<String> ids = startMany();
    watch(WITHOUT_RESYNC);
    await().until(() -> listener.present().size() == MANY);
    world.lose();
    await().until(() -> koi.status().backends().get(0).runtime().isEmpty());
    ids.forEach(world::stop);
    lists.set(0);
    world.restore();

    await().until(() -> listener.present().isEmpty());
    assertThat(lists).hasValueLessThan(5);
  }

  @Test
  void thousandsOfEndsAtOnceAreProvedByAFewLists() {
    List<String> ids = startMany();
    watch(WITHOUT_RESYNC);
    await().until(() -> listener.present().size() == MANY);
    lists.set(0);
    ids.forEach(world::stop);

    await().until(() -> listener.present().isEmpty());
    assertThat(lists).hasValueLessThan(20);
  }

  @Test
  void nothingIsStoppedBecauseOneListDoesNotShowIt() {
    world.start("web");
    watch(OFTEN_LISTED);
    listener.awaitTold("Started web");
    for (int i = 0; i < 3; i++) {
      emptyOnce.set(true);
      await().untilFalse(emptyOnce);
      int enough = lists.get() + 2;
      await().until(() -> lists.get() >= enough);
    }

    assertThat(listener.told()).containsExactly("Started web");
  }

  @Test
  void aBackendSaysHowOftenItMustBeListed() {
    interval = Optional.of(Duration.ofSeconds(1));
    watch(WITHOUT_RESYNC);

    await().until(() -> lists.get() >= 4);
  }

  private List<String> startMany() {
    return IntStream.range(0, MANY).mapToObj(i -> world.start("web-" + i)).toList();
  }

  /** Watches the in-memory backend, without its own way to find. */
  private void watch(Timing timing) {
    Tampered listing =
        new Tampered()
            .interval(sound -> interval)
            .list(
                sound -> {
                  lists.incrementAndGet();
                  List<Instance> all = sound.listInstances();
                  return emptyOnce.compareAndSet(true, false) ? List.of() : all;
                })
            .find(
                (sound, id) -> {
                  finds.incrementAndGet();
                  throw new UnsupportedOperationException("as the interface's own method does");
                });
    koi = TestKoi.start(timing, listing, entry("world", "tampered"));
    koi.subscribe(listener);
  }
}
