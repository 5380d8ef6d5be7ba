package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodmanEndpointsTest {

  private final Map<String, Object> config = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void withoutAnyWordTheUsualPlacesAreTried() throws IOException {
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
        .hasMessageContaining("CONTAINER_HOST must not")
        .hasMessageContaining("ssh://core@localhost");

    config.put("host", "podman.sock");
    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("koi.backends.edge.host must begin with");
  }

  private List<EngineEndpoint> endpoints() throws IOException {
    return PodmanEndpoints.of(
        BackendConfig.of("edge", config),
        new ProcessEnvironment(environment, Path.of("/home/koi"), "1000", false));
  }
}
