package dev.koi.core.status;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.koi.text.Fields;
import java.time.Duration;
import java.util.Map;

/**
 * The status of one listener at one moment.
 *
 * @param name the name of its thread
 * @param pending how many instances and backends it is still to be notified of
 * @param told how many events were delivered
 * @param conflated how many changes were merged into later ones while it was busy
 * @param failures how many times it threw
 * @param busy how long the present call has taken; zero if it is not being called
 */
public record ListenerStatus(
    String name, int pending, long told, long conflated, long failures, Duration busy) {

  private static final Duration STALLED = Duration.ofSeconds(10);

  /** Returns whether the present call has taken more than 10 seconds. */
  public boolean stalled() {
    return busy.compareTo(STALLED) > 0;
  }

  /**
   * Returns the status in the form in which it is published: its fields by wire name, in a fixed
   * order, as values that any JSON library can write.
   */
  @JsonValue
  public Map<String, Object> toMap() {
    return Fields.of(
        "name", name,
        "pending", pending,
        "told", told,
        "conflated", conflated,
        "failures", failures,
        "busy_millis", busy.toMillis());
  }
}
