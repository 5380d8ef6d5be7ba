package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstanceTableTest {

  private final InstanceTable table = new InstanceTable();
  private final Grammar listener = new Grammar();

  @AfterEach
  void end() {
    table.close(Duration.ofSeconds(5));
    listener.verify();
  }

  @Test
  void aLateAnswerNeverUndoesANewerOne() {
    see(instance("a").build(), 1);
    gone("a", 5);
    table.observeAll("b", List.of(instance("a").build()), Set.of(), 3);

    assertThat(table.instances()).isEmpty();
  }

  /** Or memory would follow the changes; after that list no answer is older than the end. */
  @Test
  void anEndIsRememberedUntilAListHasBegunAfterIt() {
    gone("a", 5);
    table.observeAll("b", List.of(), Set.of(), 3);
    see(instance("a").build(), 4);
    assertThat(table.instances()).isEmpty();
    table.observeAll("b", List.of(), Set.of(), 6);
    see(instance("a").build(), 4);

    assertThat(table.instances()).hasSize(1);
  }

  @Test
  void whatAListDoesNotShowIsOnlyNamed() {
    see(instance("a").build(), 1);
    see(instance("new").build(), 9);

    assertThat(table.observeAll("b", List.of(), Set.of(), 5)).containsExactly("a");
    assertThat(table.instances()).hasSize(2);
  }

  @Test
  void aListDoesNotCountForWhatIsAskedForAtTheSameTime() {
    see(instance("a").build(), 1);
    see(instance("b").build(), 1);
    Instance paused = instance("a").state(InstanceState.PAUSED).build();

    List<String> missing = table.observeAll("b", List.of(paused), Set.of("a", "b"), 2);

    assertThat(missing).isEmpty();
    assertThat(table.instances()).doesNotContain(paused).hasSize(2);
  }

  @Test
  void aStoppedInstanceIsNotPresent() {
    see(instance("a").build(), 1);
    see(instance("a").state(InstanceState.STOPPED).build(), 2);

    assertThat(table.instances()).isEmpty();
  }

  @Test
  void theFirstSightOfAnInstanceIsKept() {
    Instant first = Instant.EPOCH;
    see(instance("a").discoveredAt(first).build(), 1);
    see(instance("a").state(InstanceState.PAUSED).build(), 2);

    assertThat(table.instances().get(0).discoveredAt()).isEqualTo(first);
  }

  @Test
  void aNewListenerHearsThePictureAndThenWhatChanges() {
    see(instance("a").build(), 1);
    table.subscribe(listener);
    see(instance("a").state(InstanceState.PAUSED).build(), 2);
    gone("a", 3);
    see(instance("z").build(), 4);

    awaitLast("z");
    assertThat(listener.present()).extracting(Instance::id).containsExactly("z");
  }

  @Test
  void aRestartIsAnEndAndABeginning() {
    see(instance("a").startedAt(Instant.EPOCH).build(), 1);
    table.subscribe(listener);
    awaitLast("a");
    see(instance("a").startedAt(Instant.EPOCH.plusSeconds(1)).build(), 2);

    await().until(() -> listener.events().size() == 3);
    assertThat(listener.events())
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Started", "Stopped", "Started");
  }

  @Test
  void aLifeThatSeemsToHaveBegunEarlierIsBelieved() {
    see(instance("a").startedAt(Instant.EPOCH.plusSeconds(9)).build(), 1);
    see(instance("a").startedAt(Instant.EPOCH).build(), 2); // the runtime's clock was set back

    assertThat(table.instances())
        .extracting(instance -> instance.startedAt().orElseThrow())
        .containsExactly(Instant.EPOCH);
  }

  @Test
  void whatASlowListenerMissesItIsToldAsOne() throws InterruptedException {
    Gate release = Gate.closed();
    subscribeUntil(release);
    for (long i = 2; i < 1_000; i++) {
      see(instance("a").image("image-" + i).build(), i);
      see(instance("flap").build(), 2 * i);
      gone("flap", 2 * i + 1);
    }
    gone("a", 1_000);
    see(instance("z").build(), 1_001);
    release.open();

    awaitLast("z");
    assertThat(listener.events())
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Started", "Stopped", "Started");
  }

  @Test
  void aListenerThatBlocksIsNotOwedTheEndOfWhatItNeverHeardOf() throws InterruptedException {
    Gate release = Gate.closed();
    subscribeUntil(release);
    for (int i = 0; i < 1_000; i++) {
      see(instance("flap-" + i).build(), 2);
      gone("flap-" + i, 3);
    }
    gone("a", 4);

    assertThat(table.listeners().get(0).pending()).isEqualTo(1);
    release.open();
    await().until(() -> listener.events().size() == 2);
  }

  @Test
  void correctionsAreToldBeforeReconnected() {
    Gate release = Gate.closed();
    table.subscribe(
        event -> {
          listener.accept(event);
          release.pass();
        });
    see(instance("a").build(), 1);
    table.down("b", "gone");
    await().until(() -> listener.events().size() == 1);
    release.open();
    await().until(() -> listener.events().size() == 2);

    gone("a", 2);
    see(instance("c").build(), 3);
    table.up("b");

    await().until(() -> listener.events().size() == 5);
    assertThat(listener.events().get(4)).isInstanceOf(RuntimeEvent.BackendReconnected.class);
  }

  @Test
  void aListenerThatJoinsDuringAnOutageIsToldOfIt() {
    see(instance("a").build(), 1);
    table.down("b", "gone");
    table.subscribe(listener);

    await().until(() -> listener.events().size() == 2);
    assertThat(listener.events().get(1)).isInstanceOf(RuntimeEvent.BackendDisconnected.class);
    assertThat(listener.present()).hasSize(1);
  }

  @Test
  void aListenerThatThrowsIsNotToldTheSameTwiceAndOthersHearAll() {
    Grammar other = new Grammar();
    table.subscribe(
        event -> {
          listener.accept(event);
          throw new StackOverflowError("a listener's own affair");
        });
    table.subscribe(other);
    see(instance("a").build(), 1);
    see(instance("z").build(), 2);
    await().until(() -> listener.events().size() == 2 && other.events().size() == 2);
    see(instance("a").state(InstanceState.PAUSED).build(), 3);

    await().until(() -> listener.events().size() == 3 && other.events().size() == 3);
    assertThat(listener.events().get(2)).isInstanceOf(RuntimeEvent.Updated.class);
    other.verify();
  }

  @Test
  void aClosedListenerHearsNoMore() {
    InstanceTable.Registration handle = table.subscribe(listener);
    see(instance("a").build(), 1);
    awaitLast("a");
    handle.close(Duration.ofSeconds(5));
    Grammar witness = new Grammar();
    table.subscribe(witness);
    see(instance("z").build(), 2);

    await().until(() -> witness.events().size() == 2);
    assertThat(listener.events()).hasSize(1);
  }

  @Test
  void aListenerThatComesAfterTheEndHearsNothing() {
    AtomicInteger heard = new AtomicInteger();
    see(instance("a").build(), 1);
    table.close(Duration.ofSeconds(5));
    for (int i = 0; i < 1_000; i++) {
      table.subscribe(event -> heard.incrementAndGet());
    }

    await()
        .until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(this::tellsAListener));
    assertThat(heard).hasValue(0);
  }

  private boolean tellsAListener(Thread thread) {
    return thread.getName().startsWith("koi-listener-");
  }

  /** Adds a listener that blocks in the first event, Started of "a", until the release. */
  private void subscribeUntil(Gate release) throws InterruptedException {
    CountDownLatch called = new CountDownLatch(1);
    table.subscribe(
        event -> {
          listener.accept(event);
          called.countDown();
          release.pass();
        });
    see(instance("a").build(), 1);
    called.await();
  }

  private void awaitLast(String id) {
    await()
        .until(
            () ->
                listener.events().stream().reduce((first, second) -> second).orElse(null)
                        instanceof RuntimeEvent.Started started
                    && started.instance().id().equals(id));
  }

  private void see(Instance instance, long stamp) {
    table.observe("b", instance.id(), Optional.of(instance), stamp);
  }

  private void gone(String id, long stamp) {
    table.observe("b", id, Optional.empty(), stamp);
  }

  private static Instance.Builder instance(String id) {
    return Instance.builder("b", id, "name-" + id);
  }
}
