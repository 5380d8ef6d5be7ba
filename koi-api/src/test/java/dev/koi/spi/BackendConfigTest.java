package dev.koi.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
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
    "500ms,           PT0.5S",
    "0s,              PT0S",
    "10 seconds,      PT10S",
    "1 second,        PT1S",
    "5m,              PT5M",
    "2 minutes,       PT2M",
    "1.5h,            PT1H30M",
    "2hours,          PT2H",
    "1d,              PT24H",
    "' 2 days ',      PT48H",
    "10000,           PT10S",
    "7 millis,        PT0.007S",
    "3us,             PT0.000003S",
    "4 nanos,         PT0.000000004S",
    "999999999999999d, PT2562047H47M16.854775807S",
  })
  void aDurationIsANumberAndAUnit(String text, Duration duration) {
    BackendConfig config = BackendConfig.of("docker", Map.of("t", text));
    assertThat(config.duration("t", Duration.ofHours(9))).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"maybe", "-1s", "1 x", "1e3s", ".5s", "1.s", "1s 2s", "10S", "s"})
  void otherTextsAreNoDuration(String text) {
    BackendConfig config = BackendConfig.of("docker", Map.of("t", text));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.duration("t", Duration.ZERO))
        .withMessage(
            "koi.backends.docker.t must be a duration such as 500ms, 10s or 5m but was " + text);
  }

  @Test
  void aDurationMayHaveAMinimum() {
    BackendConfig config = BackendConfig.of("docker", Map.of("t", "1s"));
    Duration second = Duration.ofSeconds(1);
    assertThat(config.duration("t", Duration.ZERO, second)).isEqualTo(second);
    assertThat(config.duration("absent", Duration.ZERO, second)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.duration("t", Duration.ZERO, second.plusMillis(1)))
        .withMessage("koi.backends.docker.t must be at least 1001ms but was 1s");
  }

  @Test
  void nestedObjectsHaveKeysOfTheirOwn() {
    BackendConfig config =
        BackendConfig.of("edge", Map.of("host", "h", "tls.ca", "/ca.pem", "tls.on", true));
    assertThat(config.keys()).containsExactly("host", "tls.ca", "tls.on").isUnmodifiable();
    BackendConfig tls = config.object("tls");
    assertThat(tls.name()).isEqualTo("edge");
    assertThat(tls.keys()).containsExactly("ca", "on");
    assertThat(tls.bool("on", false)).isTrue();
    assertThat(tls.fullKey("ca")).isEqualTo("koi.backends.edge.tls.ca");
    assertThat(tls).hasToString("koi.backends.edge.tls { ca=/ca.pem on=true }");
    assertThat(config.object("absent").keys()).isEmpty();
  }

  @Test
  void aPathIsOneOfTheOperatingSystem() {
    BackendConfig config = BackendConfig.of("edge", Map.of("ca", "/ca.pem", "bad", "a\u0000"));
    assertThat(config.path("ca")).contains(Path.of("/ca.pem"));
    assertThat(config.path("absent")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.path("bad"))
        .withMessageStartingWith("koi.backends.edge.bad must be a path but was ");
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
        .isThrownBy(() -> config.string("list"))
        .withMessage("koi.backends.docker.list must be a text, not a list but was [a]");
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

  @Test
  void theTimeToConnectIsKnown() {
    BackendConfig config = BackendConfig.of("edge", Map.of("tls.ca", "/ca"));
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(20));
    BackendConfig hurried = config.withConnectTimeout(Duration.ofSeconds(3));
    assertThat(hurried.object("tls").connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(hurried.string("tls.ca")).contains("/ca");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withConnectTimeout(Duration.ZERO))
        .withMessageContaining("longer than zero");
  }
}
