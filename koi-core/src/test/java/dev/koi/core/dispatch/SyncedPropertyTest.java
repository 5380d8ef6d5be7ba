package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.status.ListenerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/**
 * A runtime changes, is lost and found, and listeners of any speed join at any time: when one of
 * them is told that its picture is complete, it knows every instance at least as it was when the
 * runtime's picture was last complete.
 */
class SyncedPropertyTest {

  @Property(tries = 300, seed = "5")
  void syncedComesAfterAllThatItIsAbout(@ForAll @Size(max = 200) List<Integer> choices) {
    Scene scene = new Scene();
    try {
      choices.forEach(choice -> scene.step(new Random(choice)));
      scene.verify();
    } finally {
      scene.close();
    }
  }

  /** A listener that waits for leave, and how far each id must be known at each Synced. */
  private static final class Follower implements Consumer<RuntimeEvent> {
    final Grammar log = new Grammar();
    final Semaphore leave = new Semaphore(0);
    final List<Map<String, Integer>> due =
        new ArrayList<>(); // for the first Synced, the second ...

    @Override
    public void accept(RuntimeEvent event) {
      leave.acquireUninterruptibly();
      log.accept(event);
    }

    /** Each Synced stands for a moment of its own, or for a later one. */
    void verify(Map<String, List<String>> states) {
      log.verify();
      Map<String, Integer> known = new HashMap<>();
      int syncs = 0;
      for (RuntimeEvent event : log.all()) {
        if (event instanceof RuntimeEvent.InstanceEvent change) {
          String state =
              event instanceof RuntimeEvent.Stopped ? "" : change.instance().image().orElseThrow();
          String id = change.instance().id();
          int from = known.getOrDefault(id, -1) + 1;
          List<String> later = states.get(id).subList(from, states.get(id).size());
          assertThat(later).contains(state);
          known.put(id, from + later.indexOf(state));
        } else if (event instanceof RuntimeEvent.BackendSynced) {
          due.get(syncs++).forEach((id, at) -> assertKnown(states.get(id), known.get(id), at));
        }
      }
    }

    /** What began and ended, or changed and changed back, unnoticed need not be known. */
    private static void assertKnown(List<String> states, Integer known, int due) {
      String told = known == null ? "" : states.get(known);
      assertThat(states.subList(due, states.size())).contains(told);
    }
  }

  private static final class Scene {
    private static final String BACKEND = "b";

    private final InstanceTable table = new InstanceTable();
    private final List<Follower> followers = new ArrayList<>();
    private final Map<String, List<String>> states = new HashMap<>(); // images; blank: absent
    private boolean up;
    private long moment;

    void step(Random random) {
      switch (random.nextInt(10)) {
        case 0 -> join();
        case 1 -> connect();
        case 2 -> disconnect();
        case 3, 4, 5 -> {
          if (!followers.isEmpty()) {
            followers.get(random.nextInt(followers.size())).leave.release(random.nextInt(4));
          }
        }
        default -> change("id-" + random.nextInt(5), random.nextInt(3) > 0);
      }
    }

    private void change(String id, boolean present) {
      moment++;
      String image = present ? "image-" + moment : "";
      states.computeIfAbsent(id, any -> new ArrayList<>()).add(image);
      Instance instance = Instance.builder(BACKEND, id, id).image("image-" + moment).build();
      table.observe(BACKEND, id, Optional.of(instance).filter(any -> present), moment);
    }

    private void join() {
      Follower follower = new Follower();
      followers.add(follower);
      if (up) {
        follower.due.add(now());
      }
      table.subscribe(follower);
    }

    private void connect() {
      if (!up) {
        followers.forEach(follower -> follower.due.add(now()));
      }
      up = true;
      table.up(BACKEND);
    }

    private void disconnect() {
      up = false;
      table.down(BACKEND, "lost");
    }

    private Map<String, Integer> now() {
      Map<String, Integer> last = new HashMap<>();
      states.forEach((id, all) -> last.put(id, all.size() - 1));
      return last;
    }

    void verify() {
      connect();
      followers.forEach(follower -> follower.leave.release(1_000_000));
      await()
          .until(
              () ->
                  table.listeners().stream().map(ListenerStatus::busy).allMatch(Duration::isZero));
      await().until(() -> table.listeners().stream().allMatch(status -> status.pending() == 0));
      for (Follower follower : followers) {
        await()
            .untilAsserted(
                () ->
                    assertThat(follower.log.history().differencesFrom(table.instances()))
                        .isEmpty());
        await()
            .until(
                () ->
                    follower.log.all().stream()
                            .filter(event -> !(event instanceof RuntimeEvent.InstanceEvent))
                            .reduce((first, second) -> second)
                            .orElse(null)
                        instanceof RuntimeEvent.BackendSynced);
        follower.verify(states);
      }
    }

    void close() {
      followers.forEach(follower -> follower.leave.release(1_000_000));
      table.close(Duration.ofSeconds(5));
    }
  }
}
