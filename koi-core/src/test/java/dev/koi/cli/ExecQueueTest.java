package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendReconnected;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import dev.koi.core.dispatch.Gate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExecQueueTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Instance running = instance("1").build();
  private final Instance paused = instance("1").state(InstanceState.PAUSED).build();
  private final List<RuntimeEvent> handled = new CopyOnWriteArrayList<>();

  @Test
  void changesMergeIntoOneFromTheFirstToTheLast() {
    Instance renamed = Instance.builder("docker", "1", "other").build();

    assertThat(ExecQueue.merged(updated(1, running, paused), updated(2, paused, renamed)))
        .isEqualTo(new Updated("docker", NOW, 2, running, renamed, running.changedFields(renamed)));
    assertThat(ExecQueue.merged(started(1, running), updated(2, running, paused)))
        .isEqualTo(started(2, paused));
    assertThat(ExecQueue.merged(updated(1, running, paused), stopped(2, paused)))
        .isEqualTo(stopped(2, paused));
    assertThat(ExecQueue.merged(stopped(1, running), started(2, paused)))
        .isEqualTo(updated(2, running, paused));
  }

  @Test
  void changesThatCancelOutLeaveNothing() {
    RuntimeEvent lost = new BackendDisconnected("docker", NOW, 1, "lost");
    RuntimeEvent back = new BackendReconnected("docker", NOW, 2);

    assertThat(ExecQueue.merged(started(1, running), stopped(2, running))).isNull();
    assertThat(ExecQueue.merged(updated(1, running, paused), updated(2, paused, running))).isNull();
    assertThat(ExecQueue.merged(lost, back)).isNull();
    assertThat(ExecQueue.merged(back, lost)).isNull();
  }

  @Test
  void aSlowHandlerDelaysOnlyItsInstance() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Gate release = Gate.closed();
    try (ExecQueue queue =
        new ExecQueue(
            event -> {
              if (event.sequence() == 1) {
                begun.countDown();
                release.pass();
              }
              handled.add(event);
            })) {
      queue.put(started(1, running));
      begun.await();
      queue.put(updated(2, running, paused));
      queue.put(updated(3, paused, running));
      queue.put(updated(4, running, paused));
      for (int i = 0; i < 100; i++) {
        queue.put(started(10 + i, instance("other-" + i).build()));
      }
      await().until(() -> handled.size() == 100);

      release.open();
      await().until(() -> handled.size() == 102);
    }
    assertThat(handled).endsWith(started(1, running), updated(4, running, paused));
  }

  private static Instance.Builder instance(String id) {
    return Instance.builder("docker", id, "web");
  }

  private static Started started(long sequence, Instance instance) {
    return new Started("docker", NOW, sequence, instance);
  }

  private static Stopped stopped(long sequence, Instance instance) {
    return new Stopped("docker", NOW, sequence, instance);
  }

  private static Updated updated(long sequence, Instance from, Instance to) {
    return new Updated("docker", NOW, sequence, from, to, from.changedFields(to));
  }
}
