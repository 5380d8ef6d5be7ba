package dev.koi.testkit.engine;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * What a client asked /events for.
 *
 * @param since nanoseconds since the epoch, or {@link #UNSET}
 * @param until as since
 */
record EventSpan(Filters filters, long since, long until) {
  static final long UNSET = Long.MIN_VALUE;

  /** Either bound alone makes an engine replay what it remembers. */
  boolean replays() {
    return since != UNSET || until != UNSET;
  }

  /**
   * Reads {@code sec} or {@code sec.nanos}. Podman reads it as a double, so it is some 240 ns out,
   * and knows RFC 3339 too.
   */
  static long time(String text, Dialect dialect) {
    if (text == null || text.isEmpty()) {
      return UNSET;
    }
    try {
      if (!dialect.podman()) {
        return new BigDecimal(text).movePointRight(9).longValueExact();
      } else if (text.contains("T")) {
        Instant instant = Instant.parse(text);
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
      }
      return (long) (Double.parseDouble(text) * 1e9);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          dialect.podman()
              ? "unable to convert since time of " + text + ": unable to interpret time value"
              : "strconv.ParseInt: parsing \"" + text + "\": invalid syntax",
          e);
    }
  }
}
