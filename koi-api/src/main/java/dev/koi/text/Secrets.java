package dev.koi.text;

import java.util.Locale;
import java.util.regex.Pattern;

/** Masks the values of keys that are likely to hold a secret. */
public final class Secrets {

  /** A camel-case boundary, or anything but letters: what separates the words of a key. */
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z]+");

  /**
   * The end of a word, so that DBPASSWORD and basicauth count, but authors and passenger do not.
   */
  private static final Pattern SECRET =
      Pattern.compile(
          "((?<!com|by)pass(word|wd|phrase|code)?|pwd|secret|token|credential|auth(orization)?"
              + "|(api|auth|access|private) ?key)s?\\b");

  /** The password in an address, as in {@code amqp://user:password@host}. */
  private static final Pattern PASSWORD = Pattern.compile("(?<=://)([^/@:\\s]*+):[^/@\\s]++@");

  private Secrets() {}

  /**
   * {@return the value, or {@code ***} if its key looks like a secret's; without the password of an
   * address}
   *
   * @param key of a label or a setting; its words count, as in {@code api_key}, {@code AUTH_TOKEN}
   *     and {@code dbPassword}
   * @param value of any kind
   */
  public static String masked(String key, String value) {
    String words = BETWEEN_WORDS.matcher(key).replaceAll(" ").toLowerCase(Locale.ROOT);
    return SECRET.matcher(words).find() ? "***" : PASSWORD.matcher(value).replaceAll("$1:***@");
  }
}
