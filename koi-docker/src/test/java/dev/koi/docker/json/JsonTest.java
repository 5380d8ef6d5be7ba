package dev.koi.docker.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @ValueSource(strings = {"x", "\\n", "\\\\", "\\\"", "\\u0041", "\u00e4", "\ud83d\ude00"})
  void aTextIsCutWhereverItsEscapesLie(String character) throws IOException {
    for (int before = 0; before < 7; before++) {
      String text = "y".repeat(before) + character.repeat(ShortTexts.MAX_LENGTH);
      Map<String, String> texts = texts("{\"a\":\"" + text + "\",\"b\":\"c\"}", Set.of("a", "b"));

      assertThat(texts.get("a")).hasSizeBetween(ShortTexts.MAX_LENGTH / 6, ShortTexts.MAX_LENGTH);
      assertThat(texts).containsEntry("b", "c");
    }
  }

  @Test
  void whatIsNotReadIsSkippedWhateverItsShape() throws IOException {
    Map<String, String> texts =
        texts("{\"x\":{\"a\":[1,{\"b\":2}]},\"b\":7,\"a\":null}", Set.of("a", "b", "z"));

    assertThat(texts).isEqualTo(Map.of("a", "", "b", "7", "z", ""));
  }

  @Test
  void oneValueAfterAnotherIsReadUntilTheEnd() throws IOException {
    Json json = json("{\"a\":1}\n7 [2] {}", 100);
    List<String> values = new ArrayList<>();
    while (json.next()) {
      json.object(name -> values.add(name));
      values.add(json.text());
    }

    assertThat(values).containsExactly("a", "", "7", "", "");
  }

  @Test
  void whatIsLongerThanAllowedIsNotReadToItsEnd() {
    assertThatThrownBy(() -> json("[" + " ".repeat(100_000) + "]", 9_999).onlyArray(() -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 9999 characters");
  }

  private static Map<String, String> texts(String text, Set<String> names) throws IOException {
    Json json = json(text, Long.MAX_VALUE);
    assertThat(json.next()).isTrue();
    return json.texts(names);
  }

  private static Json json(String text, long maxLength) throws IOException {
    return new Json(new ByteArrayInputStream(text.getBytes(UTF_8)), maxLength);
  }
}
