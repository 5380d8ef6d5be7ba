package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.docker.endpoint.ProcessEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodmanBackendTest {

  @TempDir Path directory;

  @Test
  void whatWouldHelpIsACommandThatTheUserCanRun() throws IOException {
    assertThat(help("1000")).isEqualTo("Podman does not seem to be installed");
    command("podman");
    assertThat(help("1000"))
        .endsWith("run podman machine start, or podman system service --time=0");
    command("systemctl");
    assertThat(help("1000"))
        .startsWith(
            "Podman is installed, but its socket is not enabled: run systemctl --user enable --now"
                + " podman.socket (");
    assertThat(help("0")).endsWith("not enabled: run systemctl enable --now podman.socket");
  }

  private void command(String name) throws IOException {
    assertThat(Files.createFile(directory.resolve(name)).toFile().setExecutable(true)).isTrue();
  }

  private String help(String uid) {
    return PodmanBackend.help(
        new ProcessEnvironment(Map.of("PATH", directory.toString()), directory, uid, false));
  }
}
