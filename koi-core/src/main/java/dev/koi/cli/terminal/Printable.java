package dev.koi.cli.terminal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes control characters visible, because a terminal obeys them. */
final class Printable {

  /** Control, format (such as bidirectional), lone surrogate, line and paragraph separators. */
  private static final String OBEYED = "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]";

  private Printable() {}

  /** Returns the text with each character that a terminal would obey as an escape. */
  static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') { // most texts have only printable ASCII
        return Pattern.compile(OBEYED)
            .matcher(text)
            .replaceAll(found -> escape(found.group().codePointAt(0)));
      }
    }
    return text;
  }

  private static String escape(int c) {
    return Matcher.quoteReplacement(String.format(c <= 0xFF ? "\\x%02x" : "\\u%04x", c));
  }
}
