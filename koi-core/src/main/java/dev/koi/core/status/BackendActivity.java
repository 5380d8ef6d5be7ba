package dev.koi.core.status;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Counts of the calls to one runtime and of its hints, since Koi started.
 *
 * @param connects how many times the runtime was connected
 * @param hints how many hints came
 * @param lastHint when the last hint came
 * @param looks how many times Koi asked for one instance
 * @param lists how many times Koi listed all instances
 * @param changes how many changes of instances Koi has seen
 * @param drift how many of these a periodic list has shown before any hint
 * @param errors how many calls failed, by the name of the method
 * @param abandoned how many calls still hold a thread after their deadline
 */
public record BackendActivity(
    long connects,
    long hints,
    Optional<Instant> lastHint,
    long looks,
    long lists,
    long changes,
    long drift,
    Map<String, Long> errors,
    int abandoned) {
  /** Nothing yet. */
  public static final BackendActivity NONE =
      new BackendActivity(0, 0, Optional.empty(), 0, 0, 0, 0, Map.of(), 0);

  /** Copies the errors. */
  public BackendActivity {
    errors = Map.copyOf(errors);
  }
}
