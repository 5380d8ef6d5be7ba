package dev.koi.docker.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.docker.endpoint.EngineEndpoint.Origin;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressParserTest {

  private final Map<String, Object> config = new HashMap<>();
  private boolean windows;

  @ParameterizedTest
  @CsvSource({
    "unix:///var/run/docker.sock, unix:///var/run/docker.sock",
    "unix:///run/a b/100%.sock, unix:///run/a b/100%.sock",
    "' unix:///x ', unix:///x",
    "unix:/x, unix:///x",
    "tcp://localhost, tcp://localhost:2375",
    "tcp://127.0.0.1:2375/, tcp://127.0.0.1:2375",
    "tcp://127.0.0.1:, tcp://127.0.0.1:2375",
    "tcp://[::1]:2375, tcp://[::1]:2375",
    "tcp://[::1], tcp://[::1]:2375",
    "tcp://[::ffff:127.0.0.1]:1, tcp://[::ffff:127.0.0.1]:1",
    "tcp://0.0.0.0:2375, tcp://0.0.0.0:2375",
    "tcp://LOCALHOST:2375, tcp://LOCALHOST:2375",
    "tcp://, tcp://localhost:2375",
    "tcp://:4243, tcp://localhost:4243",
    ":4243, tcp://localhost:4243",
    "127.0.0.1, tcp://127.0.0.1:2375",
    "127.0.0.1:4243, tcp://127.0.0.1:4243",
    "localhost:4243/dock/edge/, tcp://localhost:4243/dock/edge",
    "tcp://koi:secret@localhost:1, tcp://localhost:1"
  })
  void anAddressIsShownAsItIsUsed(String address, String shown) {
    assertThat(parse(address).address()).isEqualTo(shown);
  }

  @Test
  void theWholePathOfASocketBelongsToIt() {
    assertThat(parse("unix:///a b/%41?#").socket()).contains(Path.of("/a b/%41?#"));
  }

  @Test
  void hostPortAndPathOfATcpAddressAreKnown() {
    config.put("insecure", true);
    EngineEndpoint endpoint = parse("tcp://docker_proxy:2375/dock/edge");

    assertThat(endpoint.host()).isEqualTo("docker_proxy");
    assertThat(endpoint.port()).isEqualTo(2375);
    assertThat(endpoint.pathPrefix()).isEqualTo("/dock/edge");
    assertThat(parse("tcp://[::1]:7").host()).isEqualTo("::1");
    assertThat(parse("tcp://[::1]:7").pathPrefix()).isEmpty();
    assertThat(parse("unix:///x").pathPrefix()).isEmpty();
  }

  @Test
  void theSettingThatNamedItIsShown() {
    assertThat(parse("unix:///x")).hasToString("unix:///x (test)");
  }

  @ParameterizedTest
  @CsvSource({
    "/var/run/docker.sock, as in unix:///var/run/docker.sock",
    "//x, as in unix:///run/docker.sock",
    "fd://, must begin with unix://",
    "http://localhost:2375, must begin with unix://",
    "unix://, absolute path",
    "unix://tmp/x.sock, absolute path",
    "tcp:///x, must name a host",
    "tcp://a b, must name a host",
    "tcp://::1:2375, must name a host",
    "tcp://localhost:abc, must name a host",
    "tcp://localhost:1?x=1, must name a host",
    "tcp://localhost:0, must have a port in 1..65535",
    "tcp://localhost:65536, must have a port in 1..65535",
    "tcp://10.0.0.7:2375, must not be plain HTTP",
    "tcp://localhost.example:2375, must not be plain HTTP",
    "npipe:////./pipe/docker_engine, must not be a named pipe (only Windows has them)",
    "ssh://host, because Koi does not speak ssh"
  })
  void anAddressThatCannotBeUsedIsRefused(String address, String reason) {
    assertThatThrownBy(() -> parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void windowsHasPipes() {
    windows = true;

    assertThat(parse("npipe:////./pipe/other").address()).isEqualTo("npipe:////./pipe/other");
  }

  @ParameterizedTest
  @CsvSource({
    "ssh://edge, :/var/run/docker.sock edge)",
    "ssh://me@edge:22/run/x.sock, :/run/x.sock -p 22 me@edge)",
    "ssh://me:secret@ed_ge, :/var/run/docker.sock me@ed_ge)",
    "ssh://, :/var/run/docker.sock HOST)"
  })
  void theCommandThatForwardsASocketIsShown(String address, String command) {
    assertThatThrownBy(() -> parse(address))
        .hasMessageContaining("(ssh -nNT -L /tmp/engine.sock" + command)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aPathTooLongForASocketIsRefused() {
    String longest = "/" + "x".repeat(106);

    assertThat(parse("unix://" + longest).socket()).contains(Path.of(longest));
    assertThatThrownBy(() -> parse("unix://" + longest + "x"))
        .hasMessageContaining("at most 107 bytes");
    assertThatThrownBy(() -> parse("unix:///" + "ä".repeat(54)))
        .hasMessageContaining("at most 107 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://10.0.0.7", "tcp://engine.example", "tcp://docker_proxy"})
  void anotherHostIsReachedWithTlsOrIfMeant(String address) {
    config.put("insecure", true);
    assertThat(parse(address).address()).isEqualTo(address + ":2375");
    assertThat(parse(address).certificates()).isEmpty();

    config.clear();
    config.put("cert-path", "/certificates");
    assertThat(parse(address).address()).isEqualTo(address + ":2376");
    assertThat(parse(address).certificates()).contains(Path.of("/certificates"));
    assertThat(parse("unix:///x").certificates()).isEmpty();
  }

  @Test
  void anAddressOfOneOfThisHostsInterfacesIsNoOtherHost() throws IOException {
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : each.inetAddresses().toList()) {
        String host = address.getHostAddress().replaceFirst("%.*", "");
        if (!address.isLinkLocalAddress()) {
          assertThat(parse("tcp://" + (host.contains(":") ? "[" + host + "]" : host)).addresses())
              .hasSize(1);
        }
      }
    }
  }

  @Test
  void theAddressOfAHostCountsWhenItIsConnectedTo() {
    EngineEndpoint moved =
        new EngineEndpoint(URI.create("tcp://10.0.0.7:2375"), Origin.NAMED, "X", none(), false);

    assertThatThrownBy(moved::addresses)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("tcp://10.0.0.7:2375 (X) must not be plain HTTP to another host");
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://koi:sec:r@et@h:0, tcp://koi:***@h:0",
    "koi:secret@h:0, koi:***@h:0",
    "tcp://:secret@h:0, tcp://:***@h:0",
    "ssh://core@h, ssh://core@h",
    "unix:///user@1000/a:b@x, unix:///user@1000/a:b@x"
  })
  void passwordsAreNotShown(String address, String shown) {
    assertThat(AddressParser.withoutPassword(address)).isEqualTo(shown);
  }

  private EngineEndpoint parse(String address) {
    return new AddressParser(config(), environment())
        .parse(address, Origin.CONFIGURED, "test", none());
  }

  private static Optional<Path> none() {
    return Optional.empty();
  }

  private BackendConfig config() {
    return BackendConfig.of("edge", config);
  }

  private ProcessEnvironment environment() {
    return new ProcessEnvironment(Map.of(), Path.of("/home/koi"), "1000", windows);
  }
}
