package dev.koi.testkit.internal;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long the kit waits.
 *
 * @param patience for something that must happen
 * @param quiet for something that must not
 */
record WaitTimes(Duration patience, Duration quiet) {

  /**
   * Reads JUnit's configuration parameters, which include the system properties. A patience can be
   * set for one rule alone, as {@code koi.testkit.patience.W-6}.
   */
  static WaitTimes of(String rule, ExtensionContext context) {
    String key = "koi.testkit.patience";
    String patience = context.getConfigurationParameter(key).orElse("10s");
    return new WaitTimes(
        read(context, key + "." + rule, patience), read(context, "koi.testkit.quiet", "0.5s"));
  }

  private static Duration read(ExtensionContext context, String key, String fallback) {
    String text = context.getConfigurationParameter(key).orElse(fallback);
    try {
      return Duration.parse("PT" + text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(key + " must be as in 10s or 0.5s but was " + text, e);
    }
  }

  /** The limit for what the rules give a second: more, so that a busy machine fails nobody. */
  Duration second() {
    return Duration.ofSeconds(1).plus(patience.dividedBy(10));
  }
}
