package dev.koi.cli;

import java.io.PrintStream;

/**
 * The two streams a command writes to, one line at a time. Everything is escaped on its way out:
 * names and labels are strangers' strings, and a terminal obeys what it is sent.
 */
final class Console {

  private final PrintStream out;
  private final PrintStream err;
  private volatile Screen screen;
  private volatile String noted = ""; // the note on the screen

  Console(PrintStream out, PrintStream err, Screen screen) {
    this.out = out;
    this.err = err;
    this.screen = screen;
  }

  /** Does without colours from now on. */
  void withoutColours() {
    screen = screen.withoutColours();
  }

  /** Returns how wide the terminal is; 0 if there is none. */
  int columns() {
    return screen.columns();
  }

  /** Prints a line of result; returns whether anybody still reads. */
  boolean print(String line) {
    return print(new Line().add(line));
  }

  /** Prints a line of result; returns whether anybody still reads. */
  boolean print(Line line) {
    erase();
    synchronized (out) {
      out.print(line.text(screen.colours()) + "\n");
      return !out.checkError(); // flushes, too
    }
  }

  /** Prints a line about what went wrong, or what is going on. */
  void tell(String line) {
    erase();
    synchronized (err) {
      err.print(printable(line) + "\n");
      err.flush();
    }
  }

  /** On a terminal, shows what is going on, until something is printed or told. */
  void note(String line) {
    int width = screen.notes();
    if (width > 0 && !line.equals(noted)) {
      synchronized (err) {
        noted = line;
        err.print("\r\u001b[K" + TextWidth.cut(printable(line), width - 1));
        err.flush();
      }
    }
  }

  /** Takes away what {@link #note} has shown. */
  void erase() {
    if (!noted.isEmpty()) {
      synchronized (err) {
        noted = "";
        err.print("\r\u001b[K");
        err.flush();
      }
    }
  }

  /** Returns the text with everything that a terminal would act upon made visible. */
  static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (obeyed(c)) {
        safe.append(c <= 0xFF ? "\\x" : "\\u");
        String digits = Integer.toHexString(c);
        safe.append("0".repeat(Math.max(0, (c <= 0xFF ? 2 : 4) - digits.length()))).append(digits);
      } else {
        safe.appendCodePoint(c);
      }
      i += Character.charCount(c);
    }
    return safe.toString();
  }

  private static boolean obeyed(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, // C0, DEL, C1
          Character.FORMAT, // bidirectional controls among others
          Character.SURROGATE, // a lone one
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
