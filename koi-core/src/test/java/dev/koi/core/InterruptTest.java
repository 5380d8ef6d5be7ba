package dev.koi.core;

import static dev.koi.core.TestKoi.QUICK;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.core.dispatch.Grammar;
import dev.koi.core.status.BackendActivity;
import dev.koi.testkit.memory.InMemoryWorld;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Interrupts that nobody can explain, of every thread Koi has, while it works. */
class InterruptTest {

  private final Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final Grammar listener = new Grammar();
  private final Koi koi = TestKoi.start(QUICK, new Tampered(), entry("world", "tampered"));

  @AfterEach
  void end() {
    koi.close();
    world.close();
    listener.verify();
  }

  @Test
  void strayInterruptsOfEveryThreadCostNothingButTime() {
    koi.subscribe(listener);
    Set<String> kinds = new HashSet<>();
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      String id = world.start("web-" + i);
      if (random.nextBoolean()) {
        world.stop(id);
      }
      interrupt(kinds);
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(5)).toNanos());
    }
    world.lose();
    for (int i = 0; i < 20; i++) {
      interrupt(kinds);
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(20)).toNanos());
    }
    world.restore();

    assertThat(kinds).contains("koi-backend-world", "koi-worker-world");
    assertThat(kinds).anyMatch(name -> name.startsWith("koi-listener-"));
    await()
        .untilAsserted(
            () ->
                assertThat(listener.history().differencesFrom(koi.instances()))
                    .as("%s", koi.status())
                    .isEmpty());
    world.start("last");
    await().until(() -> listener.present().stream().anyMatch(one -> one.name().equals("last")));
    await().until(() -> activity().abandoned() == 0); // one that is late is, until it returns
    assertThat(activity().connects()).isBetween(2L, 320L);
  }

  private BackendActivity activity() {
    return koi.status().backends().get(0).activity();
  }

  private void interrupt(Set<String> kinds) {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("koi-") && !before.contains(thread)) {
        kinds.add(thread.getName());
        thread.interrupt();
      }
    }
  }
}
