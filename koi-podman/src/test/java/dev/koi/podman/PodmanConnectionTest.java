package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
  void aDefaultConnectionIsNotUsedByALocalPodman() throws IOException {
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
  void theFilesThatLackAConnectionAreNamed() {
    environment.put("CONTAINER_CONNECTION", "nowhere");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"nowhere\" (CONTAINER_CONNECTION) does not exist")
        .hasMessageContaining(json.toString())
        .hasMessageContaining(toml.toString())
        .hasMessageContaining("podman system connection ls");
  }

  @Test
  void aBrokenFileIsNamedAndNotQuoted() throws IOException {
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
  void theFilesArePodmansOwn() throws IOException {
    assertThat(PodmanConnection.jsonFile(environment(false))).isEqualTo(json);
    assertThat(PodmanConnection.tomlFiles(environment(false)))
        .startsWith(toml)
        .contains(Path.of("/etc/containers/containers.conf"))
        .endsWith(Path.of("/usr/share/containers/containers.conf"));

    environment.put("APPDATA", "/appdata");
    assertThat(PodmanConnection.jsonFile(environment(true)))
        .isEqualTo(Path.of("/appdata/containers/podman-connections.json"));

    environment.put("XDG_CONFIG_HOME", "/xdg");
    assertThat(PodmanConnection.jsonFile(environment(true)))
        .isEqualTo(Path.of("/xdg/containers/podman-connections.json"));

    environment.put("PODMAN_CONNECTIONS_CONF", "/connections.json");
    assertThat(PodmanConnection.jsonFile(environment(false)))
        .isEqualTo(Path.of("/connections.json"));
  }

  @Test
  void variablesReplaceTheFilesAndAddToThem() throws IOException {
    Path own = write("own.json", ""); // TOML, whatever its name
    Path over = write("over", "");
    environment.put("CONTAINERS_CONF_OVERRIDE", over.toString());
    assertThat(PodmanConnection.tomlFiles(environment(false))).startsWith(over, toml);

    environment.put("CONTAINERS_CONF", own.toString());
    assertThat(PodmanConnection.tomlFiles(environment(false))).containsExactly(over, own);

    Files.delete(own);
    environment.put("CONTAINER_CONNECTION", "loc2");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessage("CONTAINERS_CONF names a file that does not exist: " + own);
  }

  @Test
  void aFileOfAnyNameIsReadAsToml() throws IOException {
    environment.put("CONTAINERS_CONF", write("containers.toml", TOML).toString());
    environment.put("CONTAINER_CONNECTION", "old");

    assertThat(endpoint().address()).isEqualTo("unix:///run/user/1000/podman/podman.sock");
  }

  @Test
  void theLastAdditionCounts() throws IOException {
    String addition = "[engine]\nservice_destinations.old.uri = 'unix:///%s.sock'\n";
    write(".config/containers/containers.conf.d/1.conf", addition.formatted("first"));
    write(".config/containers/containers.conf.d/2.conf", addition.formatted("second"));
    write(".config/containers/containers.conf.d/3.conf~", "not toml");
    config.put("connection", "old");

    assertThat(endpoint().address()).isEqualTo("unix:///second.sock");
  }

  @Test
  void aRemotePodmansDefaultConnectionIsUsed() throws IOException {
    Path conf = write("own.conf", "[engine]\nremote = true\n");
    environment.put("CONTAINERS_CONF", conf.toString());
    assertThatThrownBy(this::endpoints)
        .hasMessageContaining("the Podman connection \"prod\" (" + conf + ")")
        .hasMessageContaining("Koi does not speak ssh");

    Files.delete(json);
    assertThat(endpoints()).hasSizeGreaterThan(1);

    Files.writeString(conf, TOML.replace("[engine]\n", "[engine]\nremote=true # always\n"));
    assertThat(endpoint())
        .hasToString("unix:///run/user/1000/podman/podman.sock (Podman connection old)");
  }

  @Test
  void aFileThatThisUserMayNotReadIsPassedOverUnlessAVariableNamesIt() throws IOException {
    write(".config/containers/containers.conf", "[engine]\nremote = true\n");
    Files.setPosixFilePermissions(toml, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(toml)).as("root may read every file").isFalse();
    assertThat(endpoints()).hasSizeGreaterThan(1);

    environment.put("CONTAINERS_CONF", toml.toString());
    assertThatThrownBy(this::endpoints).hasMessage("no permission to read " + toml);
  }

  private EngineEndpoint endpoint() throws IOException {
    List<EngineEndpoint> endpoints = endpoints();
    assertThat(endpoints).hasSize(1);
    return endpoints.get(0);
  }

  private List<EngineEndpoint> endpoints() throws IOException {
    return PodmanEndpoints.of(BackendConfig.of("edge", config), environment(false));
  }

  private Path write(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private ProcessEnvironment environment(boolean windows) {
    return new ProcessEnvironment(environment, home, "1000", windows);
  }
}
