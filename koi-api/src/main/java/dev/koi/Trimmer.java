package dev.koi;

/** Cuts a runtime's texts to sizes that can be kept for thousands of instances. */
final class Trimmer {

  private Trimmer() {}

  /** Returns the text, or as much of its beginning as fits without splitting a character. */
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }
}
