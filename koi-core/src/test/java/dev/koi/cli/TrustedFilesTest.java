package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class TrustedFilesTest {

  @TempDir Path directory;

  private final TrustedFiles trusted = new TrustedFiles();
  private Path shared;
  private Path one;
  private Path two;

  @BeforeEach
  void createFiles() throws Exception {
    shared = Files.createDirectory(directory.resolve("shared"));
    one = Files.createFile(shared.resolve("one"));
    two = Files.createFile(shared.resolve("two"));
  }

  @Test
  void trustsWhatOnlyItsOwnerWrites() {
    assertThatCode(() -> trusted.require(one)).doesNotThrowAnyException();
    assertThatCode(() -> trusted.require(directory.resolve("none"))).doesNotThrowAnyException();
  }

  @Test
  void refusesEveryFileInADirectoryThatAnybodyWrites() throws Exception {
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

    requireRefused(one);
    requireRefused(two);
    requireRefused(one);
  }

  @Test
  void refusesALinkToAFileThatAnybodyWrites() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), one);
    trusted.require(two);
    Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rw-rw-rw-"));

    requireRefused(link);
  }

  private void requireRefused(Path file) {
    assertThatThrownBy(() -> trusted.require(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("could add code to Koi");
  }
}
