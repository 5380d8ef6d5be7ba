package dev.koi.core.status;

import static java.util.Objects.requireNonNull;

import dev.koi.core.settings.Enabled;
import dev.koi.spi.RuntimeInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * How it stands between Koi and one runtime, at one moment.
 *
 * @param name the name of the configuration's entry
 * @param type the name of the backend that serves it
 * @param enabled what the configuration says of it
 * @param state how it stands
 * @param since when it came into this state
 * @param reason why it is not connected, or what is limited; empty if there is nothing to say
 * @param nextAttempt when Koi tries again, while it waits for that
 * @param runtime who answered, while connected
 * @param instances how many are present, or were when it was last seen
 * @param activity what has gone on so far
 */
public record BackendStatus(
    String name,
    String type,
    Enabled enabled,
    BackendState state,
    Instant since,
    String reason,
    Optional<Instant> nextAttempt,
    Optional<RuntimeInfo> runtime,
    int instances,
    BackendActivity activity) {
  /** Requires all. */
  public BackendStatus {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    requireNonNull(enabled, "enabled");
    requireNonNull(state, "state");
    requireNonNull(since, "since");
    requireNonNull(reason, "reason");
    requireNonNull(nextAttempt, "nextAttempt");
    requireNonNull(runtime, "runtime");
    requireNonNull(activity, "activity");
  }
}
