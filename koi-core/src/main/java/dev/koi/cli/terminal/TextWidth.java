package dev.koi.cli.terminal;

/** Measures printable text in columns of a terminal, and cuts it. */
public final class TextWidth {

  private static final String ELLIPSIS = "…";

  /**
   * First and last character of each range that terminals show two columns wide: East Asian scripts
   * and the common pictographs (East Asian Width W and F of Unicode 15, small gaps closed).
   */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23F3, 0x2614, 0x2615, 0x2648, 0x2653,
    0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26D4, 0x26D4, 0x2705, 0x2705, 0x2728, 0x2728, 0x274C, 0x274E,
    0x2753, 0x2757, 0x2795, 0x2797, 0x2B1B, 0x2B1C, 0x2B50, 0x2B55, 0x2E80, 0x303E, 0x3041, 0x4DBF,
    0x4E00, 0xA4CF, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F,
    0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x1B2FF, 0x1F300, 0x1F64F, 0x1F680, 0x1F6FC, 0x1F7E0,
    0x1F7F0, 0x1F90C, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD
  };

  private TextWidth() {}

  /** Returns the number of columns that the text takes. */
  public static int of(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      width += of(c);
      i += Character.charCount(c);
    }
    return width;
  }

  private static int of(int c) {
    if (c < 0x300) {
      return 1; // control characters have been escaped
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || (c >= 0x1160 && c <= 0x11FF)) { // Korean vowels, drawn onto the consonant before
      return 0;
    }
    for (int run = 0; run < WIDE.length && WIDE[run] <= c; run += 2) {
      if (c <= WIDE[run + 1]) {
        return 2;
      }
    }
    return 1;
  }

  /** Returns the text, or its beginning with an ellipsis; at most that wide. */
  public static String cut(String text, int most) {
    int width = 0;
    int fits = 0; // characters that leave room for the ellipsis
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      width += of(c);
      i += Character.charCount(c);
      if (width > most) {
        return text.substring(0, fits) + ELLIPSIS;
      }
      if (width < most) {
        fits = i;
      }
    }
    return text;
  }

  /** Returns the text, or its end with an ellipsis; at most that wide. */
  public static String cutFront(String text, int most) {
    int width = of(text);
    if (width <= most) {
      return text;
    }
    int i = 0;
    while (width > most - 1) {
      int c = text.codePointAt(i);
      width -= of(c);
      i += Character.charCount(c);
    }
    return ELLIPSIS + text.substring(i);
  }
}
