package dev.koi.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileTest {

  @TempDir private Path directory;
  private Path path;
  private HostsFile file;

  @BeforeEach
  void name() {
    path = directory.resolve("koi.hosts");
    file = new HostsFile(path);
  }

  private static Decision named(String name, String... addresses) {
    return new Decision(
        new Announcement.Key("docker", name, false),
        Optional.empty(),
        name,
        Arrays.stream(addresses).map(ip -> Texts.address(ip).orElseThrow()).toList(),
        "",
        List.of());
  }

  @Test
  void eachAddressHasALine() throws IOException {
    file.write(List.of(named("web.home.arpa", "192.168.1.7", "fd00::7"), named("", "10.0.0.1")));

    assertThat(path)
        .hasContent(
            HostsFile.HEADER + "192.168.1.7 web.home.arpa\nfd00:0:0:0:0:0:0:7 web.home.arpa\n");
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
  }

  @Test
  void theFileIsReplacedOnlyIfItsContentChanges() throws IOException {
    assertThat(file.write(List.of(named("web.home.arpa", "192.168.1.7")))).isTrue();
    Object first = Files.getAttribute(path, "unix:ino");

    assertThat(file.write(List.of(named("web.home.arpa", "192.168.1.7")))).isFalse();
    assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(first);
    assertThat(file.write(List.of())).isTrue();
    assertThat(Files.getAttribute(path, "unix:ino")).isNotEqualTo(first);
    assertThat(path).hasContent(HostsFile.HEADER);
  }

  @Test
  void whatSomebodyChangedIsPutRight() throws IOException {
    file.write(List.of());
    Files.delete(path);

    assertThat(file.write(List.of())).isTrue();
    Files.writeString(path, HostsFile.HEADER + "10.0.0.1 evil\n");
    assertThat(file.write(List.of())).isTrue();
    assertThat(path).hasContent(HostsFile.HEADER);
  }

  @Test
  void theModeOfAFileIsKept() throws IOException {
    Files.createFile(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));

    file.write(List.of());

    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
  }

  @Test
  void aFileOfSomebodyElseIsNotReplaced() throws IOException {
    Files.writeString(path, "127.0.0.1 localhost\n");

    assertThatThrownBy(() -> file.write(List.of()))
        .hasMessage(
            path
                + " is not a file of Koi, so it is not replaced; name another one, or"
                + " empty it");
    assertThat(path).hasContent("127.0.0.1 localhost\n");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path missing = directory.resolve("none").resolve("koi.hosts");

    assertThatThrownBy(() -> new HostsFile(missing).write(List.of()))
        .hasMessage(missing + ": there is no directory " + missing.getParent() + "; create it");
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path real = directory.resolve("real");
    Files.createFile(real);
    Files.createSymbolicLink(path, real);

    file.write(List.of(named("web.home.arpa", "192.168.1.7")));

    assertThat(path).isSymbolicLink();
    assertThat(real).content().contains("web.home.arpa");
  }

  @Test
  void noOtherFileIsLeftInTheDirectory() throws IOException {
    file.write(List.of());
    file.write(List.of(named("web.home.arpa", "192.168.1.7")));

    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }
}
