package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Listeners that join while the world changes as fast as it can. */
class LateListenerTest {

  private static final int PRESENT = 100;
  private static final int LISTENERS = 400;

  private final InstanceTable table = new InstanceTable();
  private final Thread changes = new Thread(this::change, "changes");
  private volatile boolean over;

  /**
   * No id ever comes back, so that whatever one listener misses or is told too late stays wrong.
   */
  private void change() {
    Deque<String> present = new ArrayDeque<>();
    for (long i = 1; !over; i++) {
      String id = "id-" + i;
      present.add(id);
      observe(id, Optional.of(instance(id).build()), 3 * i);
      if (present.size() > PRESENT) {
        observe(present.remove(), Optional.empty(), 3 * i + 1);
      }
      Instance.Builder paused = instance(present.getFirst()).state(InstanceState.PAUSED);
      observe(present.getFirst(), Optional.of(paused.build()), 3 * i + 2);
    }
  }

  private void observe(String id, Optional<Instance> found, long stamp) {
    table.observe("b", id, found, stamp);
  }

  private static Instance.Builder instance(String id) {
    return Instance.builder("b", id, id);
  }

  @Test
  void eachComesToKnowWhatIsTrueWithoutAGap() throws InterruptedException {
    changes.start();
    await().until(() -> table.instances().size() >= PRESENT);
    List<Grammar> listeners = new ArrayList<>();
    for (int i = 0; i < LISTENERS; i++) {
      Grammar listener = new Grammar();
      listeners.add(listener);
      InstanceTable.Registration handle = table.subscribe(listener);
      if (i % 8 != 0) {
        handle.close(Duration.ofSeconds(5)); // or the changes slow down
        listener.verify();
        listeners.remove(listener);
      }
    }
    over = true;
    changes.join();

    await()
        .until(
            () ->
                table.listeners().stream()
                    .allMatch(status -> status.pending() == 0 && status.busy().isZero()));
    for (Grammar listener : listeners) {
      listener.verify();
      assertThat(listener.history().differencesFrom(table.instances())).isEmpty();
    }
    table.close(Duration.ofSeconds(5));
  }
}
