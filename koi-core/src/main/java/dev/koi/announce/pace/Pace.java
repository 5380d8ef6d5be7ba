package dev.koi.announce.pace;

import java.util.ArrayDeque;
import java.util.Deque;

/** Counts what happens, to limit how much of it happens in a period. Moments are nanoseconds. */
public final class Pace {

  private final int most;
  private final long period;
  private final Deque<Long> latest = new ArrayDeque<>(); // at most so many

  /**
   * Creates one for what has not happened yet.
   *
   * @param most how often it may happen in each period
   * @param period nanoseconds
   */
  public Pace(int most, long period) {
    this.most = most;
    this.period = period;
  }

  /** {@return how long the next time has to wait; 0 if it may be now} */
  public long pause(long now) {
    return latest.size() < most ? 0 : Math.max(0, latest.getFirst() + period - now);
  }

  /** It happens. */
  public void add(long now) {
    if (latest.size() == most) {
      latest.removeFirst();
    }
    latest.addLast(now);
  }
}
