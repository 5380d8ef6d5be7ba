package dev.koi.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.cli.terminal.Line.Style;
import dev.koi.cli.terminal.Table.Cell;
import dev.koi.cli.terminal.Table.Column;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TableTest {

  private final Table table =
      new Table(
          List.of(
              new Column("FIRST", 5, false),
              new Column("SECOND", 6, true),
              new Column("LAST", 4, false)));

  TableTest() {
    table.row(Cell.of("one thing"), Cell.of("from the end"), Cell.of("1234567890"));
    table.row(Cell.of("日本語"), Cell.of(""), Cell.of("x"));
  }

  @Test
  void withoutATerminalNothingIsCut() {
    assertThat(lines(0))
        .containsExactly(
            "FIRST      SECOND        LAST",
            "one thing  from the end  1234567890",
            "日本語                   x");
  }

  @Test
  void theLastColumnIsCutFirst() {
    assertThat(lines(34))
        .containsExactly(
            "FIRST      SECOND        LAST",
            "one thing  from the end  12345678…",
            "日本語                   x");
    assertThat(lines(25))
        .containsExactly(
            "FIRST      SECOND    LAST", "one thing  …the end  123…", "日本語               x");
  }

  @Test
  void aColumnBelowItsMinimumIsLeftOut() {
    assertThat(lines(18)).containsExactly("FIRST      SECOND", "one thing  …he end", "日本語");
    assertThat(lines(11)).containsExactly("FIRST", "one thing", "日本語");
  }

  @Test
  void theFirstColumnIsNeverLeftOut() {
    assertThat(lines(3)).containsExactly("FI…", "on…", "日…");
  }

  @Test
  void controlCharactersDoNotBreakTheLine() {
    Table hostile = new Table(List.of(new Column("X", 5, false), new Column("Y", 1, false)));
    hostile.row(Cell.of("a\nb\t\u001b[31m\u202e\ud800"), Cell.of("y"));

    assertThat(hostile.lines(0))
        .extracting(Line::toString)
        .containsExactly(
            "X                               Y", "a\\x0ab\\x09\\x1b[31m\\u202e\\ud800  y");
  }

  @Test
  void coloursTakeNoColumns() {
    Table coloured = new Table(List.of(new Column("X", 5, false), new Column("Y", 1, false)));
    coloured.row(new Cell(Style.RED, "bad"), Cell.of("y"));

    assertThat(coloured.lines(0).get(1).text(true)).isEqualTo("\u001b[31mbad\u001b[0m  y");
    assertThat(coloured.lines(0).get(1).text(false)).isEqualTo("bad  y");
  }

  @Property(tries = 100)
  void noLineIsWiderThanTheTerminal(
      @ForAll List<String> texts, @ForAll @IntRange(min = 1, max = 120) int width) {
    Table any =
        new Table(
            List.of(
                new Column("日本", 3, true),
                new Column("NAME", 9, false),
                new Column("LAST", 30, false)));
    texts.forEach(text -> any.row(Cell.of(text), Cell.of(text + text), Cell.of("x" + text)));

    assertThat(any.lines(width))
        .allSatisfy(line -> assertThat(TextWidth.of(line.toString())).isLessThanOrEqualTo(width));
  }

  private List<String> lines(int width) {
    return table.lines(width).stream().map(Line::toString).toList();
  }
}
