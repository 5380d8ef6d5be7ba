package dev.koi.core.status;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What has gone on between Koi and one runtime since Koi started.
 *
 * @param connects how many times it was connected
 * @param hints how many hints its watches gave
 * @param lastHint when the last one came, if any did
 * @param looks how many times one instance was asked for
 * @param lists how many times all were
 * @param drift how many changes a list showed that no hint had told of
 * @param errors how many calls failed, by the name of the method
 * @param abandoned how many calls hold a thread although they have missed their deadline
 */
public record BackendActivity(
    long connects,
    long hints,
    Optional<Instant> lastHint,
    long looks,
    long lists,
    long drift,
    Map<String, Long> errors,
    int abandoned) {
  /** Nothing yet. */
  public static final BackendActivity NONE =
      new BackendActivity(0, 0, Optional.empty(), 0, 0, 0, Map.of(), 0);

  /** Copies the errors. */
  public BackendActivity {
    errors = Map.copyOf(errors);
  }
}
