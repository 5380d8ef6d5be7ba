package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.cli.Line.Style;
import dev.koi.cli.Table.Cell;
import dev.koi.cli.Table.Column;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TableTest {

  private final Table table =
      new Table(
          List.of(
              new Column("FIRST", 0, 5, false),
              new Column("LAST", 2, 4, false),
              new Column("SECOND", 1, 6, true)));

  TableTest() {
    table.row(Cell.of("one thing"), Cell.of("1234567890"), Cell.of("from the end"));
    table.row(Cell.of("日本語"), Cell.of(""), Cell.of("x"));
  }

  @Test
  void withoutATerminalNothingIsCut() {
    assertThat(lines(0))
        .containsExactly(
            "FIRST      LAST        SECOND",
            "one thing  1234567890  from the end",
            "日本語                 x");
  }

  @Test
  void whatMattersLeastIsCutFirst() {
    assertThat(lines(34))
        .containsExactly(
            "FIRST      LAST       SECOND",
            "one thing  12345678…  from the end",
            "日本語                x");
    assertThat(lines(25))
        .containsExactly("FIRST      LAST  SECOND", "one thing  123…  …the end", "日本語           x");
  }

  @Test
  void andThenLeftOut() {
    assertThat(lines(18)).containsExactly("FIRST      SECOND", "one thing  …he end", "日本語     x");
    assertThat(lines(11)).containsExactly("FIRST", "one thing", "日本語");
  }

  @Test
  void whatMattersMostStaysHoweverNarrow() {
    assertThat(lines(3)).containsExactly("FI…", "on…", "日…");
  }

  @Test
  void aRowIsOneLineWhateverIsInIt() {
    Table hostile = new Table(List.of(new Column("X", 0, 5, false), new Column("Y", 1, 1, false)));
    hostile.row(Cell.of("a\nb\t\u001b[31m\u202e\ud800"), Cell.of("y"));

    assertThat(hostile.lines(0))
        .extracting(Line::toString)
        .containsExactly(
            "X                               Y", "a\\x0ab\\x09\\x1b[31m\\u202e\\ud800  y");
  }

  @Test
  void colourDoesNotCountAsWidth() {
    Table coloured = new Table(List.of(new Column("X", 0, 5, false), new Column("Y", 1, 1, false)));
    coloured.row(new Cell(Style.RED, "bad"), Cell.of("y"));

    assertThat(coloured.lines(0).get(1).text(true)).isEqualTo("\u001b[31mbad\u001b[0m  y");
    assertThat(coloured.lines(0).get(1).text(false)).isEqualTo("bad  y");
  }

  @Property
  void noLineIsWiderThanTheTerminal(
      @ForAll List<String> texts, @ForAll @IntRange(min = 1, max = 120) int width) {
    Table any =
        new Table(
            List.of(
                new Column("NAME", 1, 9, false),
                new Column("日本", 0, 3, true),
                new Column("LAST", 2, 30, false)));
    texts.forEach(text -> any.row(Cell.of(text), Cell.of(text + text), Cell.of("x" + text)));

    assertThat(any.lines(width))
        .allSatisfy(line -> assertThat(TextWidth.of(line.toString())).isLessThanOrEqualTo(width));
  }

  private List<String> lines(int width) {
    return table.lines(width).stream().map(Line::toString).toList();
  }
}
