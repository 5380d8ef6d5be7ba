package dev.koi.testkit;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long the kit waits.
 *
 * @param patience for something that must happen
 * @param quiet for something that must not
 */
record Timing(Duration patience, Duration quiet) {

  /** Reads JUnit's configuration parameters, which include the system properties. */
  static Timing from(ExtensionContext context) {
    return new Timing(
        read(context, "koi.testkit.patience", "10s"), read(context, "koi.testkit.quiet", "0.5s"));
  }

  private static Duration read(ExtensionContext context, String key, String fallback) {
    String text = context.getConfigurationParameter(key).orElse(fallback);
    try {
      return Duration.parse("PT" + text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(key + " must be as in 10s or 0.5s but was " + text, e);
    }
  }

  /** Returns how long what the rules give a second may take: a little more on a busy machine. */
  Duration second() {
    return Duration.ofSeconds(1).plus(patience.dividedBy(10));
  }
}
