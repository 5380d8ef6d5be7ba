package dev.koi.fleet;

/** Makes a stranger's text safe to show. */
final class SafeText {

  private static final int MAX = 100;

  private SafeText() {}

  /**
   * Returns the beginning of a text, with a question mark for each character that is not visible.
   */
  static String of(String text) {
    return text.substring(0, Math.min(text.length(), MAX)).replaceAll("\\p{C}", "?");
  }
}
