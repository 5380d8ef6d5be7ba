package dev.koi;

import static java.util.Objects.requireNonNull;

/**
 * A label that asks something of Koi and was not understood; the other labels still count.
 *
 * @param key the label's key, or the name of the environment variable, cut to 128 characters
 * @param value what it was set to, cut to 80 characters; {@code ***} if the key looks like a
 *     secret's, and always for an environment variable
 * @param reason why it was rejected and what would help, to be read after the key
 */
public record LabelProblem(String key, String value, String reason) {

  static final int MAX_KEY = 128;
  private static final int MAX_VALUE = 80;

  /**
   * Masks and cuts, so that a problem can be shown and kept.
   *
   * @param key of any length
   * @param value of any length, in clear
   * @param reason not null
   */
  public LabelProblem {
    requireNonNull(reason, "reason");
    value = Trimmer.cut(Secrets.masked(key, value), MAX_VALUE);
    key = Trimmer.cut(key, MAX_KEY);
  }
}
