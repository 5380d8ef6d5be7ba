package dev.koi.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendConfigTest {

  @Test
  void valuesAreReadByType() {
    BackendConfig config =
        BackendConfig.of(
            "edge-1",
            Map.of("host", "unix:///x", "hosts", List.of("a", 1), "n", 5, "on", true, "t", "10s"));
    assertThat(config.name()).isEqualTo("edge-1");
    assertThat(config.string("host")).contains("unix:///x");
    assertThat(config.strings("hosts")).containsExactly("a", "1");
    assertThat(config.strings("host")).containsExactly("unix:///x");
    assertThat(config.integer("n", 0, 5, 5)).isEqualTo(5);
    assertThat(config.bool("on", false)).isTrue();
    assertThat(config.duration("t", Duration.ZERO)).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.fullKey("tls.ca")).isEqualTo("koi.backends.edge-1.tls.ca");
  }

  @Test
  void aKeyThatIsNotSetOrEmptyHasItsFallback() {
    BackendConfig config = BackendConfig.of("docker", Map.of("empty", ""));
    for (String key : List.of("empty", "absent")) {
      assertThat(config.string(key)).isEmpty();
      assertThat(config.strings(key)).isEmpty();
      assertThat(config.integer(key, 7, 8, 9)).isEqualTo(7);
      assertThat(config.bool(key, true)).isTrue();
      assertThat(config.bool(key, false)).isFalse();
      assertThat(config.duration(key, Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "YES", "On"})
  void theseMeanTrue(String text) {
    assertThat(BackendConfig.of("docker", Map.of("b", text)).bool("b", false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "NO", "Off"})
  void theseMeanFalse(String text) {
    assertThat(BackendConfig.of("docker", Map.of("b", text)).bool("b", true)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,PT0.5S",
    "0s,PT0S",
    "10 s,PT10S",
    "5m,PT5M",
    "2h,PT2H",
    "1d,PT24H",
    "10 seconds,PT10S",
    "1 minute,PT1M",
    "10000,PT10S",
    "1.5s,PT1.5S",
    "250 millis,PT0.25S",
    "3us,PT0.000003S"
  })
  void aDurationIsANumberAndAUnit(String text, Duration duration) {
    BackendConfig config = BackendConfig.of("docker", Map.of("t", text));
    assertThat(config.duration("t", Duration.ZERO)).isEqualTo(duration);
  }

  @Test
  void aValueOfAnotherTypeIsRefusedWithItsFullKey() {
    BackendConfig config = BackendConfig.of("docker", Map.of("x", "maybe", "list", List.of("a")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.integer("x", 0, 1, 9))
        .withMessage("koi.backends.docker.x must be a whole number in 1..9 but was maybe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.bool("x", false))
        .withMessage("koi.backends.docker.x must be true or false but was maybe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.duration("x", Duration.ZERO))
        .withMessage(
            "koi.backends.docker.x must be a duration such as 500ms, 10s or 5m but was maybe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.string("list"))
        .withMessage("koi.backends.docker.list must be a text, not a list but was [a]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1s", "s", "1 w", "1S", "1e3", ".5s", "1 s s", "300000 days"})
  void noOtherTextIsADuration(String text) {
    BackendConfig config = BackendConfig.of("docker", Map.of("t", text));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.duration("t", Duration.ZERO))
        .withMessageStartingWith("koi.backends.docker.t must be a duration ")
        .withMessageEndingWith(" but was " + text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void aNumberOutOfRangeIsRefused(int number) {
    BackendConfig config = BackendConfig.of("docker", Map.of("n", number));
    assertThatIllegalArgumentException().isThrownBy(() -> config.integer("n", 5, 1, 9));
  }

  @Test
  void whatLooksSecretIsNotShown() {
    BackendConfig config = BackendConfig.of("docker", Map.of("password", "hunter2", "host", "h"));
    assertThat(config).hasToString("koi.backends.docker { host=h password=*** }");
    assertThat(config.invalid("password", "must be longer"))
        .hasMessage("koi.backends.docker.password must be longer but was ***");
    assertThat(config.invalid("absent", "must be set"))
        .hasMessage("koi.backends.docker.absent must be set");
  }

  @Test
  void laterChangesOfWhatItWasMadeOfDoNotCount() {
    List<String> hosts = new ArrayList<>(List.of("a"));
    Map<String, Object> values = new HashMap<>(Map.of("hosts", hosts));
    BackendConfig config = BackendConfig.of("docker", values);
    hosts.add("b");
    values.put("x", "y");
    assertThat(config).hasToString("koi.backends.docker { hosts=[a] }");
  }
}
