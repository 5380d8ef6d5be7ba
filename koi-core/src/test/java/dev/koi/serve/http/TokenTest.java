package dev.koi.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {

  private static final String SECRET = "0123456789abcdef";

  @TempDir Path directory;

  @Test
  void isTheOneLineOfAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), SECRET + "\n");

    assertThat(Token.read(Optional.of(file), "").required()).isTrue();
    assertThat(Token.read(Optional.empty(), "").required()).isFalse();
  }

  @Test
  void isThatOfTheEnvironmentIfNoFileIsNamed() {
    assertThat(Token.read(Optional.empty(), SECRET).required()).isTrue();
    assertThatThrownBy(() -> Token.read(Optional.empty(), "too-short"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("KOI_SERVE_TOKEN must be 16 to 4096")
        .hasMessageNotContaining("too-short");
    requireRefused(directory.resolve("none"), SECRET, "there is no file");
  }

  @Test
  void namesAFileThatIsNotThere() {
    requireRefused(directory.resolve("none"), "there is no file " + directory.resolve("none"));
  }

  @Test
  void namesAFileThatIsNoToken() throws Exception {
    requireRefused(directory, "cannot read " + directory + ": is no regular file");
    Path large = Files.writeString(directory.resolve("large"), SECRET.repeat(1000));
    requireRefused(large, "the token in " + large + " must be 16 to 4096");
    Path text = Files.writeString(directory.resolve("text"), "for you and me alone");
    requireRefused(text, "the token in " + text + " must be");
  }

  @Test
  void namesAFileThatItMayNotRead() throws Exception {
    assumeThat(System.getProperty("user.name")).as("root may").isNotEqualTo("root");
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Path file = Files.writeString(closed.resolve("token"), SECRET);
    assertThat(closed.toFile().setExecutable(false)).isTrue();
    try {
      requireRefused(file, "no permission to read " + file);
    } finally {
      assertThat(closed.toFile().setExecutable(true)).isTrue();
    }
  }

  private static void requireRefused(Path file, String message) {
    requireRefused(file, "", message);
  }

  private static void requireRefused(Path file, String environment, String message) {
    assertThatThrownBy(() -> Token.read(Optional.of(file), environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
