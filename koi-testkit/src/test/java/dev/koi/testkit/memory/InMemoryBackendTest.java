package dev.koi.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.Instance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the rules do not ask of it, and its world promises. */
class InMemoryBackendTest {

  private final InMemoryWorld world = InMemoryWorld.open("test");

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void anEntryFindsTheWorldOfItsName() throws Exception {
    String id = world.start("web");
    try (RuntimeConnection connection =
        new InMemoryBackend().connect(BackendConfig.of("test", Map.of()))) {
      assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(id);
    }
  }

  @Test
  void otherFactsTakeThePlaceOfTheFirst() throws Exception {
    String id = world.start("web", facts -> facts.image("one").labels(Map.of("a", "1")));
    try (RuntimeConnection connection = connect();
        InstanceWatch watch = connection.watch()) {
      world.update(id, facts -> facts.image("two"));
      assertThat(watch.take()).isEqualTo(ChangeHint.instance(id));
      Instance instance = connection.findInstance(id).orElseThrow();
      assertThat(instance.image()).contains("two");
      assertThat(instance.labels()).isEmpty();
    }
  }

  @Test
  void manyUntakenHintsBecomeOne() throws Exception {
    try (RuntimeConnection connection = connect();
        InstanceWatch watch = connection.watch()) {
      for (int i = 0; i <= 1_000; i++) {
        world.start("web");
      }
      assertThat(watch.take()).isEqualTo(ChangeHint.everything());
      String id = world.start("web");
      assertThat(watch.take()).isEqualTo(ChangeHint.instance(id));
    }
  }

  @Test
  void aClosedWorldIsAbsent() {
    world.close();
    assertThatThrownBy(this::connect)
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("test");
    InMemoryWorld.open("test").close();
  }

  @Test
  void anOpenWorldKeepsItsName() {
    assertThatThrownBy(() -> InMemoryWorld.open("test"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("test");
  }

  @Test
  void anUnknownIdIsTheCallersMistake() {
    assertThatThrownBy(() -> world.stop("nobody"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nobody");
  }

  private RuntimeConnection connect() throws Exception {
    return new InMemoryBackend().connect(BackendConfig.of("test", Map.of()));
  }
}
