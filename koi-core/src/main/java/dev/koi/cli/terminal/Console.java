package dev.koi.cli.terminal;

import java.io.PrintStream;

/**
 * Standard output for results and standard error for messages, a line at a time. All text is
 * escaped: names and labels come from strangers, and a terminal obeys control characters.
 * Thread-safe.
 */
public final class Console {

  private final PrintStream out;
  private final PrintStream err;
  private volatile Screen screen;

  /** Writes to these streams. */
  public Console(PrintStream out, PrintStream err, Screen screen) {
    this.out = out;
    this.err = err;
    this.screen = screen;
  }

  /** Prints no colours from now on. */
  public void withoutColours() {
    screen = screen.withoutColours();
  }

  /** Returns what the streams lead to. */
  public Screen screen() {
    return screen;
  }

  /** Prints a line of results; returns false once the reader has closed the output. */
  public boolean print(String line) {
    return print(new Line().add(line));
  }

  /** Prints a line of results; returns false once the reader has closed the output. */
  public boolean print(Line line) {
    synchronized (out) {
      out.print(line.text(screen.colours()) + "\n");
      return !out.checkError(); // flushes, too
    }
  }

  /** Prints a message; its lines stay together. */
  public void message(String... lines) {
    StringBuilder safe = new StringBuilder();
    for (String line : lines) {
      safe.append(Printable.of(line)).append('\n');
    }
    synchronized (err) {
      err.print(safe);
      err.flush();
    }
  }

  /** Prints a message that only a person in front of a terminal needs. */
  public void hint(String text) {
    if (screen.messages()) {
      message(text);
    }
  }
}
