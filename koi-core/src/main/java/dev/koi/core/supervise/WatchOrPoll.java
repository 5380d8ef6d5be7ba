package dev.koi.core.supervise;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether the next session watches the runtime or only lists it every few seconds: it does
 * not watch after several watches in a row that ended at once. For one thread.
 */
final class WatchOrPoll {

  private static final int MOST_BRIEF = 5;
  private static final long BRIEF_NANOS = TimeUnit.SECONDS.toNanos(2);

  private int briefInARow;

  boolean shouldWatch() {
    return briefInARow < MOST_BRIEF;
  }

  /** An attempt to connect failed; when the runtime is back, it may be another one. */
  void failed() {
    briefInARow = 0;
  }

  /** A session that watched has ended after so many nanoseconds. */
  void watched(long lasted) {
    briefInARow = lasted > BRIEF_NANOS ? 0 : briefInARow + 1;
  }

  /** A session that only listed has ended; the next watches, and one brief watch is enough. */
  void polled() {
    briefInARow = MOST_BRIEF - 1;
  }
}
