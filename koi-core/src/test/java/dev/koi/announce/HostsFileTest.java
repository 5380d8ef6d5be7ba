package dev.koi.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

  /** Writes an empty hosts file, and prints why it cannot. */
  static final class Writer {
    public static void main(String[] args) {
      try {
        new HostsFile(Path.of(args[0])).write(List.of());
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void anOwnerThatCannotBeKeptIsNamed() throws Exception {
    assumeThat(System.getProperty("user.name")).as("root can be anybody").isEqualTo("root");
    assumeThat(Path.of("/usr/bin/setpriv")).isExecutable();
    for (Class<?> type : List.of(HostsFile.class, Writer.class)) { // where anybody can read them
      Path home = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path target = directory.resolve("classes/dev/koi/announce");
      Files.createDirectories(target);
      try (var files = Files.list(home.resolve("dev/koi/announce"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, target.resolve(file.getFileName()));
        }
      }
    }
    Files.createFile(path);
    for (String each : List.of("", "classes", "classes/dev", "classes/dev/koi")) {
      Files.setPosixFilePermissions(
          directory.resolve(each), PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Process nobody =
        new ProcessBuilder(
                "/usr/bin/setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                directory.resolve("classes").toString(),
                Writer.class.getName(),
                path.toString())
            .redirectErrorStream(true)
            .start();

    assertThat(nobody.inputReader().lines())
        .containsExactly(
            path
                + " belongs to root:root, which Koi, as nobody, cannot keep; delete it, or give it"
                + " to nobody");
    assertThat(path).isEmptyFile();
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
    Files.writeString(directory.resolve(".koi.hosts.koi"), "of a Koi that was killed");
    file.write(List.of());
    file.write(List.of(named("web.home.arpa", "192.168.1.7")));

    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }

  /** A DNS server that reads the directory would read it as a second hosts file. */
  @Test
  void noOtherVisibleFileIsEverInTheDirectory() throws Exception {
    List<String> created = new ArrayList<>();
    try (WatchService watch = directory.getFileSystem().newWatchService()) {
      directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      file.write(List.of(named("web.home.arpa", "192.168.1.7")));
      while (!created.contains("koi.hosts")) {
        WatchKey key = watch.poll(1, TimeUnit.MINUTES);
        assertThat(key).isNotNull();
        key.pollEvents().forEach(event -> created.add(event.context().toString()));
        key.reset();
      }
    }
    assertThat(created).allMatch(name -> name.startsWith(".") || name.equals("koi.hosts"));
  }

  @Test
  void theOwnerOfAFileIsKept() throws IOException {
    assumeThat(System.getProperty("user.name"))
        .as("only root may give files away")
        .isEqualTo("root");
    Files.createFile(path);
    Files.setAttribute(path, "unix:uid", 65534);
    Files.setAttribute(path, "unix:gid", 65533);

    file.write(List.of(named("web.home.arpa", "192.168.1.7")));

    assertThat(path).content().contains("web.home.arpa");
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(65534);
    assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(65533);
  }
}
