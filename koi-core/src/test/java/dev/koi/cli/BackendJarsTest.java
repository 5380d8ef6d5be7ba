package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jars in {@code backends/} are checked before any of their code runs. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class BackendJarsTest {

  @TempDir Path home;

  private final TestKoi koi = new TestKoi(Clock.systemUTC());
  private Path backends;

  @BeforeEach
  void install() throws Exception {
    backends = Files.createDirectory(home.resolve("backends"));
    koi.home(home);
    koi.set("koi.backends.docker.enabled", "false");
    koi.set("koi.backends.podman.enabled", "false");
  }

  @Test
  void aJarIsUsedWhateverTheCaseOfItsName() throws Exception {
    InstalledKoi.pack(DroppedInBackend.class, backends.resolve("stranger.JAR"));

    assertThat(koi.run("list", "--backend", "dropped-in")).isEqualTo(ExitCode.OK);
    assertThat(koi.out()).contains("stranger");
  }

  @Test
  void jarsThatCannotBeUsedAreNamedAndTheOthersWork() throws Exception {
    InstalledKoi.pack(DroppedInBackend.class, backends.resolve("good.jar"));
    Files.writeString(backends.resolve("junk.jar"), "junk");
    Files.createDirectory(backends.resolve("directory.jar"));
    Files.createSymbolicLink(backends.resolve("dangling.jar"), home.resolve("nothing"));
    InstalledKoi.run("mkfifo", backends.resolve("fifo.jar").toString());
    Files.copy(
        Path.of(Test.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
        backends.resolve("other.jar"));

    assertThat(koi.run("backends", "--backend", "dropped-in")).isEqualTo(ExitCode.FAILURE);
    assertThat(koi.out().replace(backends.toString(), "DIR"))
        .contains("dropped-in  connected")
        .endsWith(
            """

            cannot be used
                         DIR/dangling.jar is a link to a file that does not exist; correct the link
                         DIR/directory.jar holds no jar that can be read; put a backend's jar into it, or remove it
                         DIR/fifo.jar is not a regular file; remove it
                         DIR/junk.jar is not a jar, or is damaged: zip END header not found; copy it again
                         DIR/other.jar registers no backend: it has no META-INF/services/dev.koi.spi.RuntimeBackend; a library belongs into a directory together with the backend's jar
            """);
    Path nowhere = home.resolve("nowhere.sock");
    koi.set("koi.backends.podman.host", "unix://" + nowhere);
    assertThat(koi.run("backends", "--backend", "podman")).isEqualTo(ExitCode.FAILURE);
    assertThat(koi.run("list", "--backend", "podman")).isEqualTo(ExitCode.NO_RUNTIME);
    assertThat(koi.run("list", "--backend", "dropped-in")).isEqualTo(ExitCode.OK);
    assertThat(koi.err())
        .isEqualTo(
            "koi: 5 jars or directories in backends/ cannot be used; 'koi backends' shows why\n");
  }

  @Test
  void anUnreadableJarIsNamed() throws Exception {
    Path jar = Files.writeString(backends.resolve("secret.jar"), "");
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("-wx------"));
    assumeThat(Files.isReadable(jar)).as("root may read everything").isFalse();

    koi.run("backends");
    assertThat(koi.out()).contains(jar + " cannot be read by user ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "backends",
        "backends/stranger.JAR",
        "backends/sub",
        "backends/sub/x.jar",
        "elsewhere",
        "elsewhere/x.jar"
      })
  void codeThatAnybodyCanReplaceIsRefused(String writable) throws Exception {
    InstalledKoi.pack(DroppedInBackend.class, backends.resolve("stranger.JAR"));
    Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    InstalledKoi.pack(ExitingBackend.class, elsewhere.resolve("x.jar"));
    Path sub = Files.createDirectory(backends.resolve("sub"));
    Files.createSymbolicLink(sub.resolve("linked.jar"), elsewhere.resolve("x.jar"));
    InstalledKoi.pack(Planted.Backend.class, sub.resolve("x.jar"));
    Path file = home.resolve(writable).toRealPath();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xrwx"));

    assertThat(koi.run("list")).isEqualTo(ExitCode.USAGE);
    assertThat(koi.err()).startsWith("koi: " + file + " can be written to by anybody");
  }

  @Test
  void demoUsesNoCodeOfBackends() throws Exception {
    Files.setPosixFilePermissions(backends, PosixFilePermissions.fromString("rwxrwxrwx"));
    TestKoi demo = new TestKoi(Clock.systemUTC());
    demo.home(home);

    assertThat(demo.run("demo", "list")).isEqualTo(ExitCode.OK);
  }

  @Test
  void codeOfAnotherUserIsRefused() throws Exception {
    Path jar = backends.resolve("stranger.jar");
    InstalledKoi.pack(DroppedInBackend.class, jar);
    assumeThat(System.getProperty("user.name"))
        .as("only root can give files away")
        .isEqualTo("root");
    InstalledKoi.run("chown", "65534", jar.toString());

    assertThatThrownBy(() -> BackendJars.of(home))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(jar + " belongs to user ");
  }
}
