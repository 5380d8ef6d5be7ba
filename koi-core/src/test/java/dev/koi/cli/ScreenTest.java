package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ScreenTest {

  @Test
  void withoutATerminalThereIsNothingToCutOrColour() {
    assertThat(screen(null, null, Map.of("TERM", "xterm"))).isEqualTo(Screen.NONE);
  }

  @Test
  void aTerminalHasItsWidthAndColours() {
    assertThat(screen("132", "132", Map.of("TERM", "xterm"))).isEqualTo(new Screen(132, true, 132));
    assertThat(screen(null, "132", Map.of("TERM", "xterm"))).isEqualTo(new Screen(0, false, 132));
  }

  @Test
  void aTerminalThatDoesNotTellIsOfTheUsualWidth() {
    assertThat(screen("", "0", Map.of("TERM", "xterm"))).isEqualTo(new Screen(80, true, 80));
  }

  @Test
  void whoeverWantsNoColoursGetsNone() {
    assertThat(screen("80", "80", Map.of("TERM", "xterm", "NO_COLOR", "1")))
        .isEqualTo(new Screen(80, false, 80));
    assertThat(screen("80", "80", Map.of("TERM", "xterm", "NO_COLOR", "")).colours()).isTrue();
    assertThat(screen("80", "80", Map.of("TERM", "dumb"))).isEqualTo(new Screen(80, false, 0));
    assertThat(screen("80", "80", Map.of())).isEqualTo(new Screen(80, false, 0));
  }

  private static Screen screen(String out, String err, Map<String, String> environment) {
    Properties properties = new Properties();
    if (out != null) {
      properties.setProperty("koi.terminal.out", out);
    }
    if (err != null) {
      properties.setProperty("koi.terminal.err", err);
    }
    return Screen.of(properties, environment);
  }
}
