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

class ServeSettingsTest {

  private static ServeSettings load(String text) {
    return SettingsLoader.loadServe(
        ConfigFactory.parseString(text),
        Optional.empty(),
        ServeSettingsTest.class.getClassLoader());
  }

  @Test
  void theDefaultsAreForThisMachineOnly() {
    ServeSettings settings = load("");

    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(7380);
    assertThat(settings.socket()).isEmpty();
    assertThat(settings.socketMode()).isEqualTo("660");
    assertThat(settings.tokenFile()).isEmpty();
    assertThat(settings.insecure()).isFalse();
    assertThat(settings.hosts()).isEmpty();
    assertThat(settings.basePath()).isEqualTo("/");
    assertThat(settings.maxConnections()).isEqualTo(256);
    assertThat(settings.maxStreams()).isEqualTo(64);
    assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void eachValueCanBeGivenAsTextAsOnACommandLine() {
    ServeSettings settings =
        load(
            """
            koi.serve.host = "[::1]", koi.serve.port = "80", koi.serve.socket = /run/koi/koi.sock
            koi.serve.hosts = "a.example, fd00::7, [::1],", koi.serve.insecure = "true"
            koi.serve.base-path = /koi/, koi.serve.idle-timeout = 1m
            """);

    assertThat(settings.host()).isEqualTo("::1");
    assertThat(settings.port()).isEqualTo(80);
    assertThat(settings.socket()).contains(Path.of("/run/koi/koi.sock"));
    assertThat(settings.hosts()).containsExactly("a.example", "fd00::7", "[::1]");
    assertThat(settings.insecure()).isTrue();
    assertThat(settings.basePath()).isEqualTo("/koi/");
    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "koi.serve.port = 65536 | koi.serve.port must be a number in 0..65535, but is 65536",
        "koi.serve.port = web | koi.serve.port must be a number in 0..65535, but is 'web'",
        "koi.serve.prot = 1 | koi.serve.prot is not a setting",
        "koi.serve.host = \"\" | koi.serve.host must not be empty",
        "koi.serve.socket-mode = 888 | koi.serve.socket-mode must be three octal digits",
        "koi.serve.base-path = koi | koi.serve.base-path must be / or such as /koi/, but is 'koi'",
        "koi.serve.max-streams = 0 | koi.serve.max-streams must be a number in 1..100000, but is 0",
        "koi.serve.request-timeout = 0s | koi.serve.request-timeout must be in 100ms..1h, but is 0s",
        "koi.serve.idle-timeout = 0 | koi.serve.idle-timeout must be in 100ms..1h, but is 0",
        "koi.serve.hosts = [\"http://x/\"] | such as koi.example.org, on a command line with commas in"
            + " between, but one is 'http://x/'",
        "koi.serve.hosts = \"a, b.example:81\" | but one is 'b.example:81'",
        "koi.serve.hosts = \"[a, b]\" | with commas in between, but one is '[a'",
        "koi.serve.insecure = maybe | koi.serve.insecure must be true or false, but is 'maybe'",
        "koi.serve.hosts = { a = b } | koi.serve.hosts",
        "koi.serve.advertise-host = a/b | koi.serve.advertise-host must be a host, but is 'a/b'",
      })
  void whatCannotBeUsedIsNamed(String text, String message) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }
}
