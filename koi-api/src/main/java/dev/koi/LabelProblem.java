package dev.koi;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Prefix;
import dev.koi.text.Secrets;

/**
 * A label for Koi whose key or value is invalid. Koi ignores that label and reads the others.
 *
 * @param key the label's key, or the environment variable's name, cut to 128 characters
 * @param value the label's value, cut to 80 characters; {@code ***} if the key looks like a
 *     secret's, and always for an environment variable
 * @param reason what is wrong and how to correct it, to be read after the key
 */
public record LabelProblem(String key, String value, String reason) {

  static final int MAX_KEY = 128;
  private static final int MAX_VALUE = 80;

  /**
   * Masks a secret's value, and cuts key and value.
   *
   * @param key of any length
   * @param value of any length, not masked yet
   * @param reason not null
   */
  public LabelProblem {
    requireNonNull(reason, "reason");
    value = Prefix.of(Secrets.masked(key, value), MAX_VALUE);
    key = Prefix.of(key, MAX_KEY);
  }
}
