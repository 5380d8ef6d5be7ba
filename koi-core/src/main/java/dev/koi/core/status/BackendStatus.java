package dev.koi.core.status;

import static java.util.Objects.requireNonNull;

import dev.koi.spi.RuntimeInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * The status of one entry of the configuration at one moment.
 *
 * @param name the name of the configuration's entry
 * @param type the name of the backend that serves it
 * @param enabled as configured
 * @param state its state
 * @param since when that state began
 * @param reason why it is not connected, or how it is limited; else empty
 * @param nextAttempt when Koi tries again, if it waits for that
 * @param runtime the runtime, while connected
 * @param instances how many are present, or were when the runtime was lost
 * @param activity counts since Koi started
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
