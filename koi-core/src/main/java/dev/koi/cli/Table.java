package dev.koi.cli;

import dev.koi.cli.Line.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows under headers, as wide as the terminal at most. If there is no room for all, the columns
 * that matter least are cut first, down to what can still be read, and then left out.
 */
final class Table {

  private static final int GAP = 2;

  /**
   * A column.
   *
   * @param rank 0 for the one that matters most; each has its own
   * @param least how narrow it may become; it is left out rather
   * @param endCounts whether a long value is cut at its beginning
   */
  record Column(String header, int rank, int least, boolean endCounts) {}

  /** What stands in a column of a row. */
  record Cell(Style style, String text) {
    static Cell of(String text) {
      return new Cell(Style.PLAIN, text);
    }

    /** Makes the text safe, as only then it is known how wide it is. */
    Cell {
      text = Console.printable(text);
    }
  }

  private final List<Column> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  Table(List<Column> columns) {
    this.columns = columns;
    rows.add(columns.stream().map(column -> new Cell(Style.BOLD, column.header())).toList());
  }

  void row(Cell... cells) {
    rows.add(List.of(cells));
  }

  /** Returns the header and the rows, at most that wide; 0 for as wide as they are. */
  List<Line> lines(int width) {
    int[] widths = widths(width);
    List<Line> lines = new ArrayList<>();
    for (List<Cell> row : rows) {
      Line line = new Line();
      int pad = 0; // owed for what stands before; nothing ends in blanks
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

  /** Returns how wide each column is; 0 for one that is left out. */
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
    int[] byRank = new int[natural.length];
    for (int i = 0; i < byRank.length; i++) {
      byRank[columns.get(i).rank()] = i;
    }
    int[] widths = new int[natural.length];
    int room = width + GAP; // the last column has no gap after it
    for (int i : byRank) {
      int least = Math.min(natural[i], columns.get(i).least());
      if (least + GAP > room && room < width) {
        break; // what matters less than this must not take its place
      }
      widths[i] = Math.min(least, width);
      room -= widths[i] + GAP;
    }
    for (int i : byRank) {
      if (widths[i] > 0) {
        int more = Math.max(0, Math.min(natural[i] - widths[i], room));
        widths[i] += more;
        room -= more;
      }
    }
    return widths;
  }
}
