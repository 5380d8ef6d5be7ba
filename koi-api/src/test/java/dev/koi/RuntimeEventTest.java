package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendReconnected;
import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.RuntimeEvent.InstanceEvent;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuntimeEventTest {

  private static final Instant TIME = Instant.EPOCH;
  private static final Instance WAS = Instance.builder("docker", "id", "was").build();
  private static final Instance IS = Instance.builder("docker", "id", "is").build();

  static Stream<RuntimeEvent> events() {
    return Stream.of(
        new Started("docker", TIME, 7, IS),
        new Updated("docker", TIME, 7, WAS, IS, List.of("container_name")),
        new Stopped("docker", TIME, 7, IS),
        new BackendSynced("docker", TIME, 7),
        new BackendDisconnected("docker", TIME, 7, "gone"),
        new BackendReconnected("docker", TIME, 7));
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyEventTellsItsBackendTimeAndSequence(RuntimeEvent event) {
    assertThat(event.backend()).isEqualTo("docker");
    assertThat(event.time()).isEqualTo(TIME);
    assertThat(event.sequence()).isEqualTo(7);
  }

  @Test
  void theWireFormHasTheFieldsOfItsType() {
    assertThat(events().map(event -> String.join(" ", event.toMap().keySet())))
        .containsExactly(
            "type time sequence backend instance",
            "type time sequence backend instance changed",
            "type time sequence backend instance",
            "type time sequence backend",
            "type time sequence backend reason",
            "type time sequence backend");
    assertThat(events().map(event -> event.toMap().get("type")))
        .containsExactly("started", "updated", "stopped", "synced", "disconnected", "reconnected");
    assertThat(events().toList().get(1).toMap())
        .isUnmodifiable()
        .containsEntry("time", "1970-01-01T00:00:00Z")
        .containsEntry("sequence", 7L)
        .containsEntry("instance", IS.toMap())
        .containsEntry("changed", List.of("container_name"));
  }

  @Test
  void theseAreAllTheEventsThereAre() {
    assertThat(
            Stream.of(RuntimeEvent.class, InstanceEvent.class)
                .flatMap(type -> Stream.of(type.getPermittedSubclasses()))
                .filter(type -> !type.isInterface()))
        .containsExactlyInAnyOrderElementsOf(events().map(Object::getClass).toList());
  }

  @ParameterizedTest
  @MethodSource("events")
  void noPartOfAnEventMayBeNull(RuntimeEvent event) throws ReflectiveOperationException {
    RecordComponent[] parts = event.getClass().getRecordComponents();
    Constructor<?> constructor =
        event
            .getClass()
            .getDeclaredConstructor(
                Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
    for (int i = 0; i < parts.length; i++) {
      List<Object> values = new ArrayList<>();
      for (RecordComponent part : parts) {
        values.add(part.getAccessor().invoke(event));
      }
      if (!parts[i].getType().isPrimitive()) {
        values.set(i, null);
        assertThatNullPointerException()
            .as(parts[i].getName())
            .isThrownBy(() -> construct(constructor, values));
      }
    }
  }

  private static void construct(Constructor<?> constructor, List<Object> values) throws Throwable {
    try {
      constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void changedFieldsAreSortedAndNeverNone() {
    assertThat(new Updated("docker", TIME, 1, WAS, IS, List.of("b", "a", "b")).changed())
        .containsExactly("a", "b")
        .isUnmodifiable();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Updated("docker", TIME, 1, WAS, IS, List.of()))
        .withMessage("changed must name at least one field");
  }
}
