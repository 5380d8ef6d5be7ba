package dev.koi.core.status;

import java.time.Duration;

/**
 * How one listener keeps up, at one moment.
 *
 * @param name the name of its thread
 * @param pending how many instances and backends it has news of that it has not heard yet
 * @param told how many events it was told
 * @param conflated how many changes were merged into later ones because it was busy
 * @param failures how many times it threw
 * @param busy how long the call under way has taken; zero if none is
 */
public record ListenerStatus(
    String name, int pending, long told, long conflated, long failures, Duration busy) {

  private static final Duration STALLED = Duration.ofSeconds(10);

  /** Returns whether a call has taken so long, 10 seconds, that it may never end. */
  public boolean stalled() {
    return busy.compareTo(STALLED) > 0;
  }
}
