package dev.koi.cli.terminal;

import dev.koi.cli.terminal.Line.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows below headers, at most as wide as the terminal. The first column is the most important: if
 * there is too little room, the last ones are cut, down to their minimum, and then left out.
 */
public final class Table {

  private static final int GAP = 2;

  /**
   * A column.
   *
   * @param header its first row
   * @param least its minimum width; with less it is left out
   * @param endCounts whether a long value is cut at its beginning
   */
  public record Column(String header, int least, boolean endCounts) {}

  /**
   * One value.
   *
   * @param style how it looks
   * @param text its text
   */
  public record Cell(Style style, String text) {
    /** Escapes the text, which may change its width. */
    public Cell {
      text = Printable.of(text);
    }

    /** Returns a cell without a colour. */
    public static Cell of(String text) {
      return new Cell(Style.PLAIN, text);
    }
  }

  private final List<Column> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  /** Makes a table without rows. */
  public Table(List<Column> columns) {
    this.columns = columns;
    rows.add(columns.stream().map(column -> new Cell(Style.BOLD, column.header())).toList());
  }

  /** Adds a row of one cell for each column. */
  public void row(Cell... cells) {
    rows.add(List.of(cells));
  }

  /** Returns the header and the rows, at most that wide; 0 for no limit. */
  public List<Line> lines(int width) {
    int[] widths = widths(width);
    List<Line> lines = new ArrayList<>();
    for (List<Cell> row : rows) {
      Line line = new Line();
      int pad = 0; // before the next text, so that no line ends in blanks
      for (int i = 0; i < widths.length; i++) {
        if (widths[i] > 0) {
          Cell cell = row.get(i);
          String text =
              columns.get(i).endCounts()
                  ? TextWidth.cutFront(cell.text(), widths[i])
                  : TextWidth.cut(cell.text(), widths[i]);
          if (!text.isEmpty()) {
            line.add(" ".repeat(pad)).add(cell.style(), text);
            pad = 0;
          }
          pad += widths[i] - TextWidth.of(text) + GAP;
        }
      }
      lines.add(line);
    }
    return lines;
  }

  /** Returns the width of each column; 0 for one that is left out. */
  private int[] widths(int width) {
    int[] natural = new int[columns.size()];
    for (List<Cell> row : rows) {
      for (int i = 0; i < natural.length; i++) {
        natural[i] = Math.max(natural[i], TextWidth.of(row.get(i).text()));
      }
    }
    if (width == 0) {
      return natural;
    }
    int[] widths = new int[natural.length];
    int room = width + GAP; // the last column has no gap after it
    for (int i = 0; i < widths.length; i++) {
      int least = Math.min(natural[i], columns.get(i).least());
      if (least + GAP > room && i > 0) {
        break; // a less important column must not take its place
      }
      widths[i] = Math.min(least, width);
      room -= widths[i] + GAP;
    }
    for (int i = 0; i < widths.length && widths[i] > 0; i++) {
      int more = Math.max(0, Math.min(natural[i] - widths[i], room));
      widths[i] += more;
      room -= more;
    }
    return widths;
  }
}
