package dev.koi.text;

/** Shortens texts. */
public final class Prefix {

  private Prefix() {}

  /**
   * {@return the text, or its longest beginning that fits without splitting a surrogate pair}
   *
   * @param text of any length
   * @param max the largest length of the result, at least 1
   */
  public static String of(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }
}
