package dev.koi.cli;

import dev.koi.cli.Line.Style;

/** Blocks of facts for a person: what each is called on the left, what it is on the right. */
final class Facts {

  private static final int CALLED = 11; // columns

  private final Console console;
  private boolean first = true;

  Facts(Console console) {
    this.console = console;
  }

  void title(Line line) {
    if (!first) {
      console.print("");
    }
    first = false;
    console.print(line);
  }

  void fact(String called, String text) {
    fact(called, Style.PLAIN, text);
  }

  void fact(String called, Style style, String text) {
    String pad = " ".repeat(Math.max(1, CALLED - TextWidth.of(called)));
    console.print(new Line().add("  ").add(Style.FAINT, called).add(pad).add(style, text));
  }

  /**
   * Prints sentences that a semicolon divides on a line each: one says what, the next what helps.
   */
  void sentences(String called, Style style, String text) {
    String name = called;
    for (String sentence : text.split("; ", -1)) {
      fact(name, style, sentence);
      name = "";
    }
  }

  /** Prints something that has no short name, and under it what there is to say of it. */
  void under(String what, Style style, String text) {
    console.print(new Line().add("  " + what));
    for (String sentence : text.split("; ", -1)) {
      console.print(new Line().add("      ").add(style, sentence));
    }
  }
}
