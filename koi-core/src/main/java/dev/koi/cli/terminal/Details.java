package dev.koi.cli.terminal;

import dev.koi.cli.terminal.Line.Style;

/** Titled blocks of labelled texts. */
public final class Details {

  private static final int LABEL_WIDTH = 11;

  private final Console console;
  private boolean first = true;

  /** Prints to that console. */
  public Details(Console console) {
    this.console = console;
  }

  /** Begins a block. */
  public void title(Line line) {
    if (!first) {
      console.print("");
    }
    first = false;
    console.print(line);
  }

  /** Prints a text beside its label. */
  public void detail(String label, String text) {
    detail(label, Style.PLAIN, text);
  }

  /** Prints a text beside its label. */
  public void detail(String label, Style style, String text) {
    String pad = " ".repeat(Math.max(1, LABEL_WIDTH - TextWidth.of(label)));
    console.print(new Line().add("  ").add(Style.FAINT, label).add(pad).add(style, text));
  }

  /** Prints a text below something that is too long for a label. */
  public void below(String heading, Style style, String text) {
    console.print("  " + heading);
    console.print(new Line().add("      ").add(style, text));
  }
}
