package dev.koi.core.supervise;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether a runtime is watched or only listed: not watched if its watches end again and
 * again as soon as they have begun. For one thread.
 */
final class BriefWatches {

  private static final int MOST = 5;
  private static final long BRIEF_NANOS = TimeUnit.SECONDS.toNanos(2);

  private int inARow;

  boolean allowAnother() {
    return inARow < MOST;
  }

  /** A session came to nothing; when the runtime is back, it may be another one. */
  void failed() {
    inARow = 0;
  }

  /** A session in which the runtime was watched has ended after so many nanoseconds. */
  void watched(long lasted) {
    inARow = lasted > BRIEF_NANOS ? 0 : inARow + 1;
  }

  /** A session without a watch has ended; one brief watch, and the next will be like it. */
  void listed() {
    inARow = MOST - 1;
  }
}
