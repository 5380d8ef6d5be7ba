package dev.koi.core.status;

import java.util.List;

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

  /** Returns whether a runtime is connected. */
  public boolean anyConnected() {
    return backends.stream().anyMatch(backend -> backend.state() == BackendState.CONNECTED);
  }
}
