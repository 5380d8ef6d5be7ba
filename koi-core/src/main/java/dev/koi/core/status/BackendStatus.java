package dev.koi.core.status;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.koi.spi.RuntimeInfo;
import dev.koi.text.Fields;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
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

  /**
   * Returns the status in the form in which it is published: its fields by wire name, in a fixed
   * order, as values that any JSON library can write.
   */
  @JsonValue
  public Map<String, Object> toMap() {
    return Fields.of(
        "name",
        name,
        "type",
        type,
        "enabled",
        enabled.name().toLowerCase(Locale.ROOT),
        "state",
        state.wireName(),
        "since",
        since.toString(),
        "reason",
        reason.isEmpty() ? null : reason,
        "runtime",
        runtime.map(BackendStatus::toMap).orElse(null),
        "instances",
        instances);
  }

  private static Map<String, Object> toMap(RuntimeInfo runtime) {
    return Fields.of(
        "product", runtime.product(),
        "version", runtime.version(),
        "api_version", runtime.apiVersion(),
        "endpoint", runtime.endpoint());
  }
}
