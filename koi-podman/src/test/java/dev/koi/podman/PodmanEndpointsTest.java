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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodmanEndpointsTest {

  @TempDir Path directory;
  private final Map<String, Object> config = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void withoutAnySettingTheUsualPlacesAreTried() throws IOException {
    environment.put("XDG_RUNTIME_DIR", "/tmp/runtime");
    environment.put("TMPDIR", "/var/folders/x/T/");

    assertThat(endpoints())
        .extracting(EngineEndpoint::toString)
        .containsExactly(
            "unix:///tmp/runtime/podman/podman.sock",
            "unix:///run/user/1000/podman/podman.sock",
            "unix:///run/podman/podman.sock",
            "unix:///var/folders/x/T/podman/podman-machine-default-api.sock",
            "unix:///home/koi/.local/share/containers/podman/machine/podman.sock");
  }

  @Test
  void rootsOwnSocketIsTheMachines() throws IOException {
    environment.put("XDG_RUNTIME_DIR", "/run/user/0");

    assertThat(endpoints("0"))
        .extracting(EngineEndpoint::address)
        .startsWith("unix:///run/podman/podman.sock", "unix:///run/user/0/podman/podman.sock");
  }

  @Test
  void thePlaceWithoutARuntimeDirectoryIsTriedIfItIsTheUsers() throws IOException {
    String uid = ProcessEnvironment.ofThisProcess().uid();
    environment.put("TMPDIR", directory.toString());
    String socket = "unix://" + directory + "/podman-run-" + uid + "/podman/podman.sock";
    assertThat(endpoints(uid)).extracting(EngineEndpoint::address).doesNotContain(socket);

    Files.createDirectory(directory.resolve("podman-run-" + uid));
    assertThat(endpoints(uid)).extracting(EngineEndpoint::address).contains(socket);
    assertThat(endpoints(uid + "1")).extracting(EngineEndpoint::address).doesNotContain(socket);
  }

  @Test
  void theEngineThatTheDockerCommandWouldUseComesBeforeTheUsualPlaces() throws IOException {
    environment.put("DOCKER_HOST", "unix:///odd.sock");

    assertThat(endpoints().get(0)).hasToString("unix:///odd.sock (DOCKER_HOST)");
    assertThat(endpoints().get(0).origin()).isEqualTo(EngineEndpoint.Origin.BORROWED);
    assertThat(endpoints()).hasSizeGreaterThan(1);
  }

  @Test
  void whatIsWrongWithDockersSettingsIsNotPodmansAffair() throws IOException {
    environment.put("DOCKER_HOST", "ssh://edge");

    assertThat(endpoints()).extracting(EngineEndpoint::source).containsOnly("");
  }

  @Test
  void podmansOwnSettingsComeBeforeDockers() throws IOException {
    environment.put("DOCKER_HOST", "unix:///odd.sock");
    environment.put("CONTAINER_HOST", "unix:///environment.sock");

    assertThat(endpoints())
        .extracting(EngineEndpoint::toString)
        .containsExactly("unix:///environment.sock (CONTAINER_HOST)");
  }

  @Test
  void onWindowsThePipeIsTried() throws IOException {
    assertThat(
            PodmanEndpoints.of(
                BackendConfig.of("edge", config),
                new ProcessEnvironment(environment, Path.of("/home/koi"), "", true)))
        .extracting(EngineEndpoint::address)
        .containsExactly("npipe:////./pipe/podman-machine-default");
  }

  @Test
  void theConfigurationWinsOverTheEnvironment() throws IOException {
    environment.put("CONTAINER_CONNECTION", "unheard-of");
    environment.put("CONTAINER_HOST", "unix:///environment.sock");
    assertThat(endpoints())
        .extracting(EngineEndpoint::toString)
        .containsExactly("unix:///environment.sock (CONTAINER_HOST)");

    config.put("host", "unix:///configured.sock");
    assertThat(endpoints())
        .extracting(EngineEndpoint::toString)
        .containsExactly("unix:///configured.sock (koi.backends.edge.host)");
    assertThat(endpoints().get(0).configured()).isTrue();
  }

  @Test
  void mistakesSayWhereTheyAre() {
    environment.put("CONTAINER_HOST", "ssh://core@localhost");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CONTAINER_HOST must be unix:")
        .hasMessageContaining("ssh://core@localhost");

    config.put("host", "fd://podman.sock");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("koi.backends.edge.host must begin with");
  }

  private List<EngineEndpoint> endpoints() throws IOException {
    return endpoints("1000");
  }

  private List<EngineEndpoint> endpoints(String uid) throws IOException {
    return PodmanEndpoints.of(
        BackendConfig.of("edge", config),
        new ProcessEnvironment(environment, Path.of("/home/koi"), uid, false));
  }
}
