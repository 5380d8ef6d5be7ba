package dev.koi.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[2J", // clears the screen
        "\u009b2J", // the same in one character
        "a\nb",
        "a\tb",
        "a\rb",
        "\u007f",
        "\u0000",
        "\u202eevil",
        "\u2066evil",
        "\u200eevil",
        "\u061cevil", // bidirectional
        "\u2028",
        "\u2029",
        "\ud800",
        "\udc00"
      })
  void aControlCharacterIsEscaped(String hostile) {
    assertThat(Printable.of(hostile)).matches("[ -~]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", "größer", "日本語", "🐟", "a b", "\\x1b"})
  void readableTextIsUnchanged(String text) {
    assertThat(Printable.of(text)).isEqualTo(text);
  }

  @Property(tries = 100)
  boolean noControlCharacterRemains(@ForAll String text) {
    return Printable.of(text).codePoints().noneMatch(Character::isISOControl);
  }
}
