package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/koi} starts Koi wherever it lies, on whatever is there, or says what is missing. */
@Timeout(240)
class LauncherIT {

  private static final String VERSION = "koi 0\\.[^\\n]*\\n"; // and no other line

  @TempDir Path directory;

  private InstalledKoi koi;
  private Path out;

  @BeforeEach
  void install() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    koi = InstalledKoi.at(directory.resolve("koi home"));
    out = directory.resolve("out");
  }

  @AfterEach
  void end() {
    koi.close();
  }

  /** Every Java on this machine that Koi can run on, the one that runs this among them. */
  static List<String> javas() throws IOException {
    List<String> javas = new ArrayList<>(List.of(System.getProperty("java.home")));
    Path all = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(all)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(all, "*-{17,21,25}-*")) {
        for (Path java : found) {
          if (Files.exists(java.resolve("bin/java")) && !javas.contains(java.toString())) {
            javas.add(java.toString());
          }
        }
      }
    }
    return javas;
  }

  @ParameterizedTest
  @MethodSource("javas")
  void theArchiveIsUsedOnceItIsMadeWhateverElseIsInBackends(String java) throws Exception {
    // Java 17 archives no classes of jars whose path has a space.
    koi = koi.movedTo(directory.resolve("koi")).with("JAVA_HOME", java);
    assertThat(run("--version")).isZero();
    assertThat(out).content().matches(VERSION); // with none, or one of another place or Java
    assertThat(run("warm-up")).isZero();
    assertThat(out).content().matches("koi: starts faster now with .*\\n");

    assertComesFromTheArchive("--version");
    assertComesFromTheArchive("list", "--backend", "podman");
    koi.dropIn(DroppedInBackend.class);
    assertComesFromTheArchive("list", "--backend", "dropped-in");
    assertThat(out).content().contains("stranger").doesNotContain("warning");
  }

  @ParameterizedTest
  @MethodSource("javas")
  void anArchiveThatDoesNotFitIsPassedOverInSilence(String java) throws Exception {
    koi.with("JAVA_HOME", java);
    assertThat(run("warm-up")).isZero();
    Path lib = koi.home().resolve("lib");
    Path archive;
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(lib, "*.jsa")) {
      archive = archives.iterator().next();
    }

    Files.delete(lib.resolve("aopalliance-1.0.jar")); // another class path
    assertThat(run("--version")).isZero();
    assertThat(out).content().matches(VERSION);

    Files.delete(archive);
    Files.writeString(archive, "no archive");
    assertThat(run("--version")).isZero();
    assertThat(out).content().matches(VERSION);
  }

  @Test
  void itMayBeMoved() throws Exception {
    koi.movedTo(directory.resolve("an other")).start(out, "--version").waitFor();

    assertThat(out).content().matches(VERSION);
  }

  @Test
  void itMayBeReadOnlyAndAnothers() throws Exception {
    assumeThat(System.getProperty("user.name"))
        .as("only root can become another")
        .isEqualTo("root");
    InstalledKoi.run("chmod", "-R", "a-w", koi.home().toString());
    List<String> asNobody =
        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", koi.script());
    List<String> list = new ArrayList<>(asNobody);
    list.addAll(List.of("list", "--backend", "podman"));
    List<String> warmUp = new ArrayList<>(asNobody);
    warmUp.add("warm-up");

    koi.start(out, list).waitFor();
    assertThat(out).content().contains("podman");
    assertThat(koi.start(out, warmUp).waitFor()).isEqualTo(ExitCode.FAILURE);
    assertThat(out).content().matches("koi: .*/lib cannot be written to; .*\\n");
  }

  @Test
  void itMayBeCalledThroughLinks() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("usr bin"));
    Files.createSymbolicLink(bin.resolve("koi-0"), Path.of("../koi home/bin/koi"));
    Path link = Files.createSymbolicLink(bin.resolve("koi"), Path.of("koi-0"));

    assertThat(koi.start(out, List.of(link.toString(), "--version")).waitFor()).isZero();
    assertThat(out).content().matches(VERSION);
  }

  /** Those of this machine that may be sh somewhere. */
  static List<String> shells() {
    return Stream.of("sh", "dash", "bash", "bash --posix", "busybox sh", "zsh --emulate sh", "ksh")
        .filter(shell -> Files.exists(Path.of("/usr/bin", shell.split(" ", -1)[0])))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void anyShellWillDo(String shell) throws Exception {
    List<String> command = new ArrayList<>(List.of(shell.split(" ")));
    command.addAll(List.of(koi.script(), "--version"));

    assertThat(koi.start(out, command).waitFor()).isZero();
    assertThat(out).content().matches(VERSION);
  }

  @Test
  void javaTakesTheOptionsItIsGiven() throws Exception {
    koi.with("KOI_JAVA_OPTS", "-Xmx70m -XX:+PrintCommandLineFlags");

    assertThat(run("--version")).isZero();
    assertThat(out).content().contains("-XX:MaxHeapSize=73400320 ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aJavaThatIsTooOldIsCalledThat(boolean saysSoInAFile) throws Exception {
    Path java = Files.createDirectories(directory.resolve("java 11/bin")).getParent();
    Path binary = java.resolve("bin/java");
    Files.writeString(binary, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
    if (saysSoInAFile) {
      Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
    }
    koi.with("JAVA_HOME", java.toString());

    assertThat(run("list")).isEqualTo(ExitCode.FAILURE);
    assertThat(out)
        .content()
        .isEqualTo(
            "koi: "
                + binary
                + " is Java 11.0.2; Koi needs 17 or newer: install one, or set JAVA_HOME\n");
  }

  @Test
  void aWrongJavaHomeIsCalledThat() throws Exception {
    koi.with("JAVA_HOME", "/no/java");

    assertThat(run("list")).isEqualTo(ExitCode.FAILURE);
    assertThat(out).content().startsWith("koi: no Java at /no/java/bin/java; correct JAVA_HOME");
  }

  @Test
  void noJavaAtAllIsCalledThat() throws Exception {
    koi.with("JAVA_HOME", "").with("PATH", "/nowhere");

    assertThat(run("list")).isEqualTo(ExitCode.FAILURE);
    assertThat(out).content().startsWith("koi: no Java on the PATH; install Java 17 or newer");
  }

  @Test
  void backendsThatAnybodyCouldPutThereAreRefused() throws Exception {
    Path backends = koi.home().resolve("backends");
    Files.setPosixFilePermissions(backends, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(run("list")).isEqualTo(ExitCode.USAGE);
    assertThat(out).content().startsWith("koi: " + backends + " can be written to by anybody");

    Files.setPosixFilePermissions(backends, PosixFilePermissions.fromString("rwxr-xr-x"));
    koi.dropIn(DroppedInBackend.class);
    Path jar = backends.resolve("stranger.jar");
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--rw-"));

    assertThat(run("list")).isEqualTo(ExitCode.USAGE);
    assertThat(out).content().startsWith("koi: " + jar + " can be written to by anybody");
  }

  @Test
  void bothArchivesUnpackToTheSameThatRuns() throws Exception {
    Path tar = archive("koi-*.tar.gz");
    String name = tar.getFileName().toString().replace(".tar.gz", "");
    InstalledKoi.run("tar", "-xzf", tar.toString(), "-C", directory.toString());
    Path top = directory.resolve(name);
    List<String> unpacked = new ArrayList<>();
    try (var files = Files.walk(top)) {
      files.filter(Files::isRegularFile).forEach(f -> unpacked.add(name + "/" + top.relativize(f)));
    }

    try (ZipFile zip = new ZipFile(archive("koi-*.zip").toFile())) {
      assertThat(zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
          .containsExactlyInAnyOrderElementsOf(new TreeSet<>(unpacked));
    }
    assertThat(unpacked)
        .contains(name + "/LICENSE", name + "/bin/koi.bat", name + "/Dockerfile")
        .noneMatch(file -> file.endsWith(".jsa"));
    assertThat(koi.start(out, List.of(top.resolve("bin/koi").toString(), "--version")).waitFor())
        .isZero();
    assertThat(out).content().matches(VERSION);
  }

  private static Path archive(String glob) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of("target"), glob)) {
      return found.iterator().next();
    }
  }

  private int run(String... arguments) throws Exception {
    return koi.start(out, arguments).waitFor();
  }

  /** Of the classes that are not Java's own, hardly any may come from the jars. */
  private void assertComesFromTheArchive(String... arguments) throws Exception {
    Path log = directory.resolve("classes");
    koi.with("KOI_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    run(arguments);
    List<String> loaded = Files.readAllLines(log);
    assertThat(loaded)
        .anyMatch(
            line ->
                line.contains("dev.koi.cli.Main ")
                    && line.endsWith("source: shared objects file (top)"));
    assertThat(loaded).filteredOn(line -> line.contains("source: file:")).hasSizeLessThan(20);
  }
}
