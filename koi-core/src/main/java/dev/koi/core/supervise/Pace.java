package dev.koi.core.supervise;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Allows each id a short burst, and then two turns a second. Not thread-safe. */
final class Pace {

  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

  private final long burst;
  private final Map<String, Long> paidUntil = new HashMap<>();
  private int most = 256; // ids that are remembered before those without debts are forgotten

  Pace(int burst) {
    this.burst = burst;
  }

  /** Returns how long the id must still wait for its next turn, in nanoseconds. */
  long pause(String id, long now) {
    Long until = paidUntil.get(id);
    return until == null ? 0 : until - now - (burst - 1) * INTERVAL;
  }

  /** The id takes a turn. */
  void pay(String id, long now) {
    paidUntil.merge(id, now + INTERVAL, (until, any) -> Math.max(until, now) + INTERVAL);
    if (paidUntil.size() > most) {
      paidUntil.values().removeIf(until -> until - now < 0);
      most = Math.max(256, 2 * paidUntil.size());
    }
  }
}
