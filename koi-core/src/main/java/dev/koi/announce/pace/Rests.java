package dev.koi.announce.pace;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long names stay withdrawn before they are announced again: 1, 2, 4 to 60 seconds. So a
 * container that starts and ends all the time costs the network little. Moments are nanoseconds.
 */
public final class Rests {

  /** A name that was announced, or absent, for so long begins with a short rest again. */
  private static final long CALM = TimeUnit.SECONDS.toNanos(60);

  private static final long SHORTEST = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);

  private record Rest(long length, long until) {}

  /**
   * One for each name that was announced in the last two minutes, which the pace of commits limits.
   */
  private final Map<String, Rest> rests = new HashMap<>();

  /** Creates one without names. */
  public Rests() {}

  /** {@return until when a name must not be announced; {@code now} if it may} */
  public long until(String name, long now) {
    Rest rest = rests.get(name);
    return rest == null || rest.until - now <= 0 ? now : rest.until;
  }

  /**
   * A name is withdrawn.
   *
   * @param announced when it was announced
   */
  public void withdrawn(String name, long announced, long now) {
    rests.values().removeIf(rest -> now - rest.until >= CALM);
    Rest last = rests.get(name);
    long length =
        last == null || now - announced >= CALM ? SHORTEST : Math.min(LONGEST, 2 * last.length);
    rests.put(name, new Rest(length, now + length));
  }
}
