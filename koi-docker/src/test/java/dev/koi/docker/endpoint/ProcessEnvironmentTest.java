package dev.koi.docker.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessEnvironmentTest {

  @Test
  void homeIsTheVariablesBeforeTheSystems() {
    assertThat(home("/own", "/known", false)).isEqualTo(Path.of("/own"));
    assertThat(home("/own", "/known", true)).isEqualTo(Path.of("/known"));
    assertThat(home("", "/known", false)).isEqualTo(Path.of("/known"));
    assertThat(home("", "?", false)).isEqualTo(Path.of("/nonexistent"));
    assertThat(home("here", "?", false)).isEqualTo(Path.of("here").toAbsolutePath());
  }

  private static Path home(String variable, String known, boolean windows) {
    return ProcessEnvironment.home(Map.of("HOME", variable), known, windows);
  }

  @Test
  void theUserIsTheProcesss() throws Exception {
    Path own = Files.createTempFile("koi", "");
    try {
      assertThat(ProcessEnvironment.ofThisProcess().uid())
          .isEqualTo(Files.getAttribute(own, "unix:uid").toString());
    } finally {
      Files.delete(own);
    }
  }
}
