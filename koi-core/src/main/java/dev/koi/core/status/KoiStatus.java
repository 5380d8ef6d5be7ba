package dev.koi.core.status;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.koi.text.Fields;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The status of a Koi at one moment.
 *
 * @param backends by name
 * @param listeners in the order they were added
 * @param found the backends on the class path, by name
 * @param problems jars and registrations that could not be used, one sentence each
 */
public record KoiStatus(
    List<BackendStatus> backends,
    List<ListenerStatus> listeners,
    List<FoundBackend> found,
    List<String> problems) {
  /** Copies all. */
  public KoiStatus {
    backends = List.copyOf(backends);
    listeners = List.copyOf(listeners);
    found = List.copyOf(found);
    problems = List.copyOf(problems);
  }

  /** Returns the status of the entry of that name, if there is one. */
  public Optional<BackendStatus> backend(String name) {
    return backends.stream().filter(backend -> backend.name().equals(name)).findFirst();
  }

  /** Returns whether a runtime is connected. */
  public boolean anyConnected() {
    return backends.stream().anyMatch(backend -> backend.state() == BackendState.CONNECTED);
  }

  /**
   * Returns the status in the form in which it is published: its fields by wire name, in a fixed
   * order, as values that any JSON library can write.
   */
  @JsonValue
  public Map<String, Object> toMap() {
    return Fields.of(
        "backends", backends.stream().map(BackendStatus::toMap).toList(),
        "found", found.stream().map(FoundBackend::toMap).toList(),
        "problems", problems,
        "listeners", listeners.stream().map(ListenerStatus::toMap).toList());
  }
}
