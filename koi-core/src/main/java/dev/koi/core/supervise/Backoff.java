package dev.koi.core.supervise;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses between attempts to connect: each up to twice as long as the one before. Half of a
 * pause is random, so that many watchers of one runtime do not return at the same moment. For one
 * thread.
 */
final class Backoff {

  private final Duration min;
  private final Duration max;
  private final RandomGenerator random;
  private Duration next;

  Backoff(Duration min, Duration max, RandomGenerator random) {
    this.min = min;
    this.max = max;
    this.random = random;
    this.next = min;
  }

  /**
   * Returns the next pause: between half and the whole of min, 2 min, 4 min, ... up to max.
   *
   * @param longest a shorter limit for this pause
   */
  Duration next(Duration longest) {
    long nanos = (next.compareTo(longest) > 0 ? longest : next).toNanos();
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(max) > 0 ? max : doubled;
    return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
  }

  /** Starts again with the shortest pause. */
  void reset() {
    next = min;
  }
}
