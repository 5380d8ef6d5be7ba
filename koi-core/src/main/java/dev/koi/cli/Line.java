package dev.koi.cli;

/**
 * A line for the terminal. Strangers' strings are made safe as they are added; the only thing in it
 * that a terminal obeys is the colour of its parts, if the terminal has colours.
 */
final class Line {

  /** What a part looks like, by the code that terminals know. */
  enum Style {
    PLAIN(""),
    BOLD("1"),
    FAINT("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  private final StringBuilder plain = new StringBuilder();
  private final StringBuilder styled = new StringBuilder();

  Line add(String text) {
    return add(Style.PLAIN, text);
  }

  Line add(Style style, String text) {
    String safe = Console.printable(text);
    plain.append(safe);
    if (style == Style.PLAIN || safe.isBlank()) {
      styled.append(safe);
    } else {
      styled.append("\u001b[").append(style.code).append('m').append(safe).append("\u001b[0m");
    }
    return this;
  }

  String text(boolean styles) {
    return (styles ? styled : plain).toString();
  }

  @Override
  public String toString() {
    return text(false);
  }
}
