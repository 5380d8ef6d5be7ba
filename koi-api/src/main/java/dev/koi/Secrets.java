package dev.koi;

import java.util.Locale;

/** Tells which keys are likely to carry a secret, whose values are not shown to people. */
public final class Secrets {

  private static final String[] WORDS = {"pass", "secret", "token", "credential", "auth"};

  private Secrets() {}

  /**
   * {@return the value, or {@code ***} if its key looks like a secret's}
   *
   * @param key looks so if it contains, in any case, {@code pass}, {@code secret}, {@code token},
   *     {@code credential}, {@code auth}, {@code apikey} or {@code api-key}
   * @param value of whatever kind
   */
  public static String masked(String key, String value) {
    return looksSecret(key.toLowerCase(Locale.ROOT)) ? "***" : value;
  }

  private static boolean looksSecret(String key) {
    for (String word : WORDS) {
      if (key.contains(word)) {
        return true;
      }
    }
    for (int api = key.indexOf("api"); api >= 0; api = key.indexOf("api", api + 1)) {
      if (key.startsWith("key", api + 3) || key.startsWith("key", api + 4)) {
        return true;
      }
    }
    return false;
  }
}
