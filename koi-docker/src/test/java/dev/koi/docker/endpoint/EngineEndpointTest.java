package dev.koi.docker.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineEndpointTest {

  private static final Optional<Path> PLAIN = Optional.empty();
  private static final Optional<Path> TLS = Optional.of(Path.of("/certificates"));

  @ParameterizedTest
  @CsvSource({
    "unix:///var/run/docker.sock, unix:///var/run/docker.sock",
    "unix:///run/a b/100%.sock, unix:///run/a b/100%.sock",
    "npipe:////./pipe/docker_engine, npipe:////./pipe/docker_engine",
    "tcp://localhost, tcp://localhost:2375",
    "tcp://127.0.0.1:2375/, tcp://127.0.0.1:2375",
    "tcp://[::1]:2375, tcp://[::1]:2375"
  })
  void anAddressIsShownAsItIsUsed(String address, String shown) {
    assertThat(EngineEndpoint.parse(address, "", false, PLAIN, false).address()).isEqualTo(shown);
  }

  @Test
  void aSocketsPathIsTakenAsItIs() {
    assertThat(EngineEndpoint.parse("unix:///a b/%41?#", "", false, PLAIN, false).socket())
        .contains(Path.of("/a b/%41?#"));
  }

  @Test
  void whoNamedItIsShown() {
    assertThat(EngineEndpoint.parse("unix:///x", "DOCKER_HOST", false, PLAIN, false))
        .hasToString("unix:///x (DOCKER_HOST)");
  }

  @ParameterizedTest
  @CsvSource({
    "'', must begin with unix://",
    "/var/run/docker.sock, must begin with unix://",
    "fd://, must begin with unix://",
    "http://localhost:2375, must begin with unix://",
    "localhost:2375, must begin with unix://",
    "unix://tmp/x.sock, absolute path",
    "unix:/tmp/x.sock, absolute path",
    "tcp:///x, must name a host",
    "tcp://, must be an address",
    "tcp://a b, must be an address",
    "tcp://koi:secret@localhost:1, must not name a user",
    "tcp://10.0.0.7:2375, must not be plain HTTP",
    "tcp://localhost.example:2375, must not be plain HTTP",
    "ssh://host, forward the socket"
  })
  void anAddressThatCannotBeUsedIsRefused(String address, String reason) {
    assertThatThrownBy(() -> EngineEndpoint.parse(address, "", true, PLAIN, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aPathTooLongForASocketIsRefused() {
    String longest = "/" + "x".repeat(106);

    assertThat(EngineEndpoint.parse("unix://" + longest, "", true, PLAIN, false).socket())
        .contains(Path.of(longest));
    assertThatThrownBy(
            () -> EngineEndpoint.parse("unix://" + longest + "x", "", true, PLAIN, false))
        .hasMessageContaining("at most 107 bytes");
    assertThatThrownBy(
            () -> EngineEndpoint.parse("unix:///" + "ä".repeat(54), "", true, PLAIN, false))
        .hasMessageContaining("at most 107 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://10.0.0.7", "tcp://engine.example"})
  void anotherHostIsReachedWithTlsOrIfMeant(String address) {
    assertThat(EngineEndpoint.parse(address, "", true, TLS, false).address())
        .isEqualTo(address + ":2376");
    assertThat(EngineEndpoint.parse(address, "", true, PLAIN, true).address())
        .isEqualTo(address + ":2375");
  }
}
