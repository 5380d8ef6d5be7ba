package dev.koi.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * The two streams a command writes to, one line at a time. Everything is escaped on its way out:
 * names and labels are strangers' strings, and a terminal obeys what it is sent.
 */
final class Console {

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  Console(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  /** Prints a line of result; returns whether anybody still reads. */
  boolean print(String line) {
    synchronized (out) {
      out.print(printable(line) + "\n");
      return !out.checkError(); // flushes, too
    }
  }

  /** Prints a line about what went wrong, or what is going on. */
  void tell(String line) {
    synchronized (err) {
      err.print(printable(line) + "\n");
      err.flush();
    }
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Returns the text with everything that a terminal would act upon made visible. */
  static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (obeyed(c)) {
                safe.append(String.format(c <= 0xFF ? "\\x%02x" : "\\u%04x", c));
              } else {
                safe.appendCodePoint(c);
              }
            });
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
