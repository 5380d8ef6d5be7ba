package dev.koi.docker.transport;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Docker Engine API, such as 1.41. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

  /** The oldest whose answers hold what Koi reads (Docker 1.12, from 2016). */
  public static final ApiVersion OLDEST = new ApiVersion(1, 24);

  /** The newest that Koi has been tried with. */
  static final ApiVersion NEWEST = new ApiVersion(1, 51);

  private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

  /** Returns the version that is written so; empty if none is. */
  public static Optional<ApiVersion> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /**
   * Returns what to speak with an engine that speaks everything from {@code minimum} to {@code
   * maximum}: the newest that both know, or the engine's oldest if all of its are newer.
   */
  public static ApiVersion between(ApiVersion minimum, ApiVersion maximum) {
    ApiVersion both = maximum.compareTo(NEWEST) < 0 ? maximum : NEWEST;
    return both.compareTo(minimum) < 0 ? minimum : both;
  }

  /** Returns whether filtering proxies know its paths: they allow v1.0 to v1.99. */
  public boolean isUsual() {
    return major == 1 && minor < 100;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return major == other.major
        ? Integer.compare(minor, other.minor)
        : Integer.compare(major, other.major);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
