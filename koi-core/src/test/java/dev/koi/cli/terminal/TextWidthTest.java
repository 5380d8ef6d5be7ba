package dev.koi.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextWidthTest {

  @ParameterizedTest
  @CsvSource({
    "web, 3",
    "größer, 6",
    "日本語, 6",
    "ｆｕｌｌ, 8",
    "서버, 4",
    "\uD83D\uDC1F, 2", // a fish
    "\u26A1, 2",
    "e\u0301, 1", // a letter and its accent
    "\u20dd, 0",
    "\uD840\uDC00, 2", // beyond the first plane
    "…, 1",
    "Ω, 1",
  })
  void widthIsInColumns(String text, int width) {
    assertThat(TextWidth.of(text)).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({
    "abcdef, 6, abcdef",
    "abcdef, 5, abcd…",
    "abcdef, 1, …",
    "日本語, 6, 日本語",
    "日本語, 5, 日本…",
    "日本語, 4, 日…",
    "e\u0301e\u0301e\u0301, 2, e\u0301…",
  })
  void aTextIsCutAtItsEnd(String text, int most, String cut) {
    assertThat(TextWidth.cut(text, most)).isEqualTo(cut);
  }

  @ParameterizedTest
  @CsvSource({
    "abcdef, 6, abcdef",
    "abcdef, 5, …cdef",
    "日本語, 5, …本語",
    "日本語, 4, …語",
    "a日本語, 1, …",
  })
  void aTextIsCutAtItsBeginning(String text, int most, String cut) {
    assertThat(TextWidth.cutFront(text, most)).isEqualTo(cut);
  }

  @Property(tries = 100)
  void aCutTextFits(@ForAll String text, @ForAll @IntRange(min = 1, max = 100) int most) {
    assertThat(TextWidth.of(TextWidth.cut(text, most))).isLessThanOrEqualTo(most);
    assertThat(TextWidth.of(TextWidth.cutFront(text, most))).isLessThanOrEqualTo(most);
  }
}
