package dev.koi.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SettingsFileTest {

  @TempDir Path directory;

  @Test
  void aFileIncludesOthersByARelativePath() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "a = 1");
    Path file =
        write("include \"more.conf\"\ninclude file(\"more.conf\")\ninclude \"missing.conf\"");

    Config config = SettingsFile.parse(file);
    assertThat(config.getInt("a")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include url(\"http://127.0.0.1:9/x\")",
        "include \"http://127.0.0.1:9/x\"",
        "include classpath(\"reference.conf\")",
        "include \"/dev/zero\"",
        "include required(file(\"/etc/passwd\"))"
      })
  void nothingElseIsIncluded(String include) throws IOException {
    Path file = write(include);

    assertThatThrownBy(() -> SettingsFile.parse(file))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("only files can be included, by a relative path");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatIsNoRegularFileIsNotRead() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", directory.resolve("fifo").toString()).start().waitFor())
        .isZero();
    Path file = write("include \"fifo\"");

    assertThatThrownBy(() -> SettingsFile.parse(file))
        .hasMessageContaining("there is no such file that can be read");
  }

  @Test
  void noMessageQuotesAnIncludedFile() throws IOException {
    Files.writeString(directory.resolve("key.pem"), "-----BEGIN }secret{ KEY-----");
    Path file = write("include \"key.pem\"");

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("key.pem: is no valid HOCON")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{"})
  void whatIsNestedTooDeeplyIsRefused(String nesting) throws IOException {
    Path file = write("a = " + ("{".equals(nesting) ? "{ a = " : nesting).repeat(100_000));

    assertThatThrownBy(() -> load(file)).isInstanceOf(SettingsException.class);
  }

  @Test
  void filesThatIncludeThemselvesAreRefused() throws IOException {
    Path file = write("include \"koi.conf\"");

    assertThatThrownBy(() -> load(file)).hasMessageContaining("include each other");
  }

  @Test
  void aLargeFileIsRefused() throws IOException {
    Path file = write("#".repeat(2 << 20));

    assertThatThrownBy(() -> load(file)).hasMessageContaining("is larger than 1 MiB");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("koi.conf"), text);
  }

  private void load(Path file) {
    SettingsLoader.load(ConfigFactory.empty(), Optional.of(file), getClass().getClassLoader());
  }
}
