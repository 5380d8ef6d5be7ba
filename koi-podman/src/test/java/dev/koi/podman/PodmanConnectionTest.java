package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are as Podman 5.4.2 and 4.3.1 have written them. */
class PodmanConnectionTest {

  private static final String JSON =
      """
      {"Connection":{"Default":"prod","Connections":{\
      "loc":{"URI":"unix:///run/podman/podman.sock"},\
      "prod":{"URI":"ssh://core@10.0.0.1:2222/run/podman/podman.sock","Identity":"/secret"},\
      "t":{"URI":"tcp://127.0.0.1:9999"},\
      "a.b/c":{"URI":"unix:///odd.sock"}}},\
      "Farm":{"Default":"f","List":{"f":["loc"]}}}""";

  private static final String TOML =
      """
      [containers]

      [engine]
        active_service = "old"
        [engine.service_destinations]
          [engine.service_destinations.old]
            uri = "unix:///run/user/1000/podman/podman.sock"
          [engine.service_destinations.loc]
            uri = "unix:///never.sock"
            identity = "/x"

      [machine]
      """;

  @TempDir Path home;
  private final Map<String, Object> config = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private Path json;
  private Path toml;

  @BeforeEach
  void connections() throws IOException {
    Path containers = Files.createDirectories(home.resolve(".config/containers"));
    json = Files.writeString(containers.resolve("podman-connections.json"), JSON);
    toml = Files.writeString(containers.resolve("containers.conf"), TOML);
  }

  @Test
  void theConfigurationMayNameAConnection() throws IOException {
    config.put("connection", "loc");
    EngineEndpoint endpoint = endpoint();

    assertThat(endpoint).hasToString("unix:///run/podman/podman.sock (Podman connection loc)");
    assertThat(endpoint.configured()).isTrue();
    config.put("connection", "t");
    assertThat(endpoint().address()).isEqualTo("tcp://127.0.0.1:9999");
    config.put("connection", "a.b/c");
    assertThat(endpoint().address()).isEqualTo("unix:///odd.sock");
  }

  @Test
  void podmanFoursConnectionsAreFoundToo() throws IOException {
    config.put("connection", "old");
    assertThat(endpoint().address()).isEqualTo("unix:///run/user/1000/podman/podman.sock");

    config.put("connection", "loc");
    Files.delete(json);
    assertThat(endpoint().address()).isEqualTo("unix:///never.sock");
  }

  @Test
  void theEnvironmentMayNameAConnection() throws IOException {
    environment.put("CONTAINER_CONNECTION", "loc");
    assertThat(endpoint().address()).isEqualTo("unix:///run/podman/podman.sock");
    assertThat(endpoint().configured()).isFalse();

    config.put("connection", "t");
    assertThat(endpoint().address()).isEqualTo("tcp://127.0.0.1:9999");
    config.clear();
    environment.put("CONTAINER_HOST", "unix:///host.sock");
    assertThat(endpoint().address()).isEqualTo("unix:///host.sock");
  }

  @Test
  void nobodyIsConnectedByADefaultThatNobodyAskedFor() throws IOException {
    assertThat(endpoints()).extracting(EngineEndpoint::source).containsOnly("");
  }

  @Test
  void anSshConnectionSaysHowToForwardItsSocket() {
    config.put("connection", "prod");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the Podman connection \"prod\" (koi.backends.edge.connection)")
        .hasMessageContaining(json.toString())
        .hasMessageContaining(
            "ssh -nNT -L /tmp/engine.sock:/run/podman/podman.sock -p 2222 core@10.0.0.1")
        .hasMessageNotContaining("secret");
  }

  @Test
  void anUnknownNameSaysWhereItWasSought() {
    environment.put("CONTAINER_CONNECTION", "nowhere");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"nowhere\" (CONTAINER_CONNECTION) does not exist in any of")
        .hasMessageContaining(json.toString())
        .hasMessageContaining(toml.toString())
        .hasMessageContaining("podman system connection ls");
  }

  @Test
  void abrokenFileIsNamedAndNotQuoted() throws IOException {
    config.put("connection", "loc");
    Files.writeString(json, "{\"Connection\": canary");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(json + " is no valid JSON")
        .hasMessageNotContaining("canary");

    Files.delete(json);
    Files.writeString(toml, "[engine]\nuri = canary");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(toml + " is no valid TOML")
        .hasMessageNotContaining("canary");
  }

  @Test
  void hostAndConnectionTogetherAreAMistake() {
    config.put("connection", "loc");
    config.put("host", "unix:///x.sock");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("koi.backends.edge.connection must not be set together with host");
  }

  @Test
  void theFilesArePodmansOwn() {
    assertThat(PodmanConnection.files(surroundings(false)))
        .containsExactly(
            json,
            toml,
            Path.of("/etc/containers/containers.conf"),
            Path.of("/usr/share/containers/containers.conf"));
    environment.put("APPDATA", "/appdata");
    assertThat(PodmanConnection.files(surroundings(true)))
        .startsWith(Path.of("/appdata/containers/podman-connections.json"));
    environment.put("XDG_CONFIG_HOME", "/xdg");
    environment.put("CONTAINERS_CONF", "/own.conf");
    environment.put("CONTAINERS_CONF_OVERRIDE", "/over.conf");
    assertThat(PodmanConnection.files(surroundings(false)))
        .containsExactly(
            Path.of("/xdg/containers/podman-connections.json"),
            Path.of("/over.conf"),
            Path.of("/own.conf"));
    environment.put("PODMAN_CONNECTIONS_CONF", "/connections.json");
    assertThat(PodmanConnection.files(surroundings(false)))
        .startsWith(Path.of("/connections.json"));
  }

  private EngineEndpoint endpoint() throws IOException {
    List<EngineEndpoint> endpoints = endpoints();
    assertThat(endpoints).hasSize(1);
    return endpoints.get(0);
  }

  private List<EngineEndpoint> endpoints() throws IOException {
    return PodmanEndpoints.of(BackendConfig.of("edge", config), surroundings(false));
  }

  private ProcessEnvironment surroundings(boolean windows) {
    return new ProcessEnvironment(environment, home, "1000", windows);
  }
}
