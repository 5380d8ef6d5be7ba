package dev.koi.core.supervise;

/** Moments of {@link System#nanoTime}. They may overflow, so only their difference has a sign. */
final class Moments {

  private Moments() {}

  /** Returns a moment that never comes, and can still be compared. */
  static long never() {
    return System.nanoTime() + (1L << 60);
  }

  static long earlier(long a, long b) {
    return a - b <= 0 ? a : b;
  }
}
