package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalPictureTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final long NO_WAIT = 0;

  private final LocalPicture picture = new LocalPicture("web-1", Set.of("docker", "podman"));

  private static Instance instance(String backend, String id) {
    return Instance.builder(backend, id, "name-of-" + id).build();
  }

  private void start(Instance instance) {
    picture.accept(new RuntimeEvent.Started(instance.backend(), NOW, 1, instance));
  }

  private void stop(Instance instance) {
    picture.accept(new RuntimeEvent.Stopped(instance.backend(), NOW, 1, instance));
  }

  private static Instance paused(String backend, String id) {
    return Instance.builder(backend, id, "name-of-" + id).state(InstanceState.PAUSED).build();
  }

  @Test
  void aSnapshotHasAllThatRunsAndProvesEndsOfBackendsThatHaveListedAll() {
    start(instance("docker", "a"));
    start(instance("podman", "b"));
    stop(instance("podman", "b"));
    picture.accept(new RuntimeEvent.BackendSynced("docker", NOW, 1));

    LocalPicture.Snapshot snapshot = picture.snapshot();

    assertThat(snapshot.present()).isEqualTo(Map.of("web-1/docker/a", instance("docker", "a")));
    assertThat(snapshot.provesEndsOf("docker")).isTrue();
    assertThat(snapshot.provesEndsOf("podman")).isFalse();
    assertThat(snapshot.provesEndsOf("not-configured-any-more")).isTrue();
  }

  @Test
  void theLatestStateOfEachInstanceIsTakenOnceAndTheOldestFirst() throws Exception {
    picture.snapshot();
    start(instance("docker", "a"));
    start(instance("docker", "b"));
    picture.accept(
        new RuntimeEvent.Updated(
            "docker", NOW, 1, instance("docker", "a"), paused("docker", "a"), List.of("state")));
    stop(instance("docker", "b"));

    assertThat(picture.pending()).isEqualTo(2);
    assertThat(picture.take(1, NO_WAIT))
        .isEqualTo(Map.of("web-1/docker/a", Optional.of(paused("docker", "a"))));
    assertThat(picture.take(9, NO_WAIT)).isEqualTo(Map.of("web-1/docker/b", Optional.empty()));
    assertThat(picture.take(9, NO_WAIT)).isEmpty();
  }

  @Test
  void whatComesAndGoesWhileNobodyTakesIsForgotten() throws Exception {
    picture.snapshot();
    picture.rest();
    for (int i = 0; i < 10_000; i++) {
      start(instance("docker", "i" + i));
      stop(instance("docker", "i" + i));
    }

    assertThat(picture.pending()).isZero();
    assertThat(picture.snapshot().present()).isEmpty();
  }

  @Test
  void theFirstListOfABackendEndsTheWaiting() throws Exception {
    picture.snapshot();
    assertThat(picture.hasCompleted()).isFalse();
    Thread listing =
        new Thread(() -> picture.accept(new RuntimeEvent.BackendSynced("podman", NOW, 1)));
    listing.start();

    assertThat(picture.take(9, Long.MAX_VALUE / 2)).isEmpty();
    assertThat(picture.hasCompleted()).isTrue();
    picture.snapshot();
    picture.accept(new RuntimeEvent.BackendSynced("podman", NOW, 1)); // after an outage

    assertThat(picture.hasCompleted()).isFalse();
  }

  @Test
  void instancesOfOtherHostsAndThoseWithTooLongKeysAreLeftOut() {
    start(instance("fleet", "web-2/docker/a"));
    start(instance("docker", "x".repeat(500)));

    assertThat(picture.snapshot().present()).isEmpty();
    assertThat(picture.unnameable()).isEqualTo(1);
  }
}
