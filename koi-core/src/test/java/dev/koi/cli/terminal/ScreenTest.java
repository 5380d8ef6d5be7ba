package dev.koi.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ScreenTest {

  @Test
  void withoutATerminalNothingIsCutOrColoured() {
    assertThat(screen(null, null, Map.of("TERM", "xterm"))).isEqualTo(Screen.NONE);
  }

  @Test
  void aTerminalHasItsWidthAndColours() {
    assertThat(screen("132", "132", Map.of("TERM", "xterm")))
        .isEqualTo(new Screen(132, true, true));
    assertThat(screen(null, "132", Map.of("TERM", "xterm"))).isEqualTo(new Screen(0, false, true));
  }

  @Test
  void aTerminalOfUnknownWidthHas80Columns() {
    assertThat(screen("", "0", Map.of("TERM", "xterm"))).isEqualTo(new Screen(80, true, true));
  }

  @Test
  void coloursCanBeSwitchedOff() {
    assertThat(screen("80", "80", Map.of("TERM", "xterm", "NO_COLOR", "1")))
        .isEqualTo(new Screen(80, false, true));
    assertThat(screen("80", "80", Map.of("TERM", "xterm", "NO_COLOR", "")).colours()).isTrue();
    assertThat(screen("80", "80", Map.of("TERM", "dumb"))).isEqualTo(new Screen(80, false, true));
    assertThat(screen("80", "80", Map.of())).isEqualTo(new Screen(80, false, true));
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
