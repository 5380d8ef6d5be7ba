package dev.koi.core.status;

import java.util.List;

/**
 * How Koi is, at one moment.
 *
 * @param backends by name
 * @param problems jars and registrations that could not be used, one sentence each
 */
public record KoiStatus(List<BackendStatus> backends, List<String> problems) {
  /** Copies both. */
  public KoiStatus {
    backends = List.copyOf(backends);
    problems = List.copyOf(problems);
  }

  /** Returns whether a runtime is connected. */
  public boolean anyConnected() {
    return backends.stream().anyMatch(backend -> backend.state() == BackendState.CONNECTED);
  }
}
