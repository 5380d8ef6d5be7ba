package dev.koi.cli.terminal;

/** A line of printable text, parts of which may have a colour. */
public final class Line {

  /** How a part looks, by the code of ECMA-48 (SGR). */
  public enum Style {
    /** As the terminal's default. */
    PLAIN(""),
    /** For titles. */
    BOLD("1"),
    /** For what matters less. */
    FAINT("2"),
    /** For what is wrong. */
    RED("31"),
    /** For what is well. */
    GREEN("32"),
    /** For what needs attention. */
    YELLOW("33");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  private final StringBuilder plain = new StringBuilder();
  private final StringBuilder styled = new StringBuilder();

  /** Appends text without a colour. */
  public Line add(String text) {
    return add(Style.PLAIN, text);
  }

  /** Appends text; characters that a terminal would obey are escaped. */
  public Line add(Style style, String text) {
    String safe = Printable.of(text);
    plain.append(safe);
    if (style == Style.PLAIN || safe.isBlank()) {
      styled.append(safe);
    } else {
      styled.append("\u001b[").append(style.code).append('m').append(safe).append("\u001b[0m");
    }
    return this;
  }

  /** Returns the text, with or without colours. */
  public String text(boolean colours) {
    return (colours ? styled : plain).toString();
  }

  @Override
  public String toString() {
    return text(false);
  }
}
