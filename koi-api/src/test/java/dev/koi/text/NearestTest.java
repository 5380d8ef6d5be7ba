package dev.koi.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

  @ParameterizedTest
  @CsvSource({
    "'',     '',      0",
    "'',     abc,     3",
    "abc,    '',      3",
    "path,   my.path, 3",
    "kitten, sitting, 3",
    "ab,     ba,      2",
    "same,   same,    0",
  })
  void distanceCountsLettersAddedRemovedAndReplaced(String from, String to, int distance) {
    assertThat(Nearest.distance(from, to)).isEqualTo(distance);
  }

  @Test
  void theFirstOfEquallyNearWordsIsChosen() {
    assertThat(Nearest.to("LOST", List.of("most", "list", "last"))).contains("most");
  }

  @Test
  void aWordOfMoreThanFortyLettersIsNotCompared() {
    String known = "k".repeat(40);
    assertThat(Nearest.to(known, List.of(known))).contains(known);
    assertThat(Nearest.to(known + "k", List.of(known + "k"))).isEmpty();
  }
}
