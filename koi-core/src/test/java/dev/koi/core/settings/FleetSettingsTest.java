package dev.koi.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetSettingsTest {

  private static FleetSettings load(String text) {
    return SettingsLoader.loadFleet(
        ConfigFactory.parseString(text),
        Optional.empty(),
        FleetSettingsTest.class.getClassLoader());
  }

  @Test
  void nothingIsPublishedUnlessItIsWanted() {
    FleetSettings settings = load("");

    assertThat(settings.publish()).isFalse();
    assertThat(settings.endpoints()).isEmpty();
    assertThat(settings.prefix()).isEqualTo("/koi/");
    assertThat(settings.host()).isEmpty();
    assertThat(settings.user()).isEmpty();
    assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.resync()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void eachValueCanBeGivenAsTextAsOnACommandLine() {
    FleetSettings settings =
        load(
            """
            koi.fleet.publish = "true", koi.fleet.endpoints = "http://a:1, https://b:2"
            koi.fleet.prefix = /berlin/koi/, koi.fleet.host = web-1, koi.fleet.lease = 3s
            koi.fleet.user = web-1, koi.fleet.password-file = /etc/koi/password
            koi.fleet.cert-path = /etc/koi/etcd, koi.timing.resync = 10s
            """);

    assertThat(settings.publish()).isTrue();
    assertThat(settings.endpoints()).containsExactly("http://a:1", "https://b:2");
    assertThat(settings.prefix()).isEqualTo("/berlin/koi/");
    assertThat(settings.host()).isEqualTo("web-1");
    assertThat(settings.user()).isEqualTo("web-1");
    assertThat(settings.passwordFile()).contains(Path.of("/etc/koi/password"));
    assertThat(settings.certPath()).contains(Path.of("/etc/koi/etcd"));
    assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.resync()).isEqualTo(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "koi.fleet.publish = true | koi.fleet.publish is true, so koi.fleet.endpoints must have",
        "koi.fleet.prefix = koi | koi.fleet.prefix must be letters, digits, '.', '_', '-' between"
            + " slashes, such as /koi/, but is 'koi'",
        "koi.fleet.prefix = \"/a//b/\" | but is '/a//b/'",
        "koi.fleet.host = \"a b\" | koi.fleet.host must be at most 255 characters without blanks",
        "koi.fleet.user = a | koi.fleet.user is set, so koi.fleet.password-file must be, too",
        "koi.fleet.password-file = a | koi.fleet.password-file is set, so koi.fleet.user must be, too",
        "koi.fleet.lease = 1s | koi.fleet.lease must be in 2s..1h, but is 1s",
        "koi.fleet.endpoint = a | did you mean 'endpoints'?",
      })
  void whatCannotBeUsedIsNamed(String text, String message) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }
}
