package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.koi.LongTest;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

/** {@code bin/koi} starts Koi from anywhere, or says what is missing. */
@Timeout(600)
class LauncherIT {

  private static final String VERSION = "koi 0\\.[^\\n]*\\n"; // and no other line

  /** Without a UTF-8 locale, the Java of the test itself cannot make a path with such a letter. */
  private static final boolean UMLAUTS =
      Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode('ö');

  private static final String HOME = UMLAUTS ? "köi home" : "koi home";

  private static final boolean ALL = "all".equals(System.getProperty("koi.tests"));

  @TempDir Path directory;

  private InstalledKoi koi;
  private Path out;

  @BeforeEach
  void install() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    koi = InstalledKoi.at(directory.resolve(HOME));
    out = directory.resolve("out");
  }

  @AfterEach
  void end() {
    koi.close();
  }

  /** The Java that runs this; with {@code -Dkoi.tests=all} every Java of this machine. */
  static List<String> javas() throws IOException {
    List<String> javas = new ArrayList<>(List.of(System.getProperty("java.home")));
    Path all = Path.of("/usr/lib/jvm");
    if (ALL && Files.isDirectory(all)) {
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
  void anArchiveIsUsedUntilAJarChanges(String java) throws Exception {
    // Java 17 archives no classes of jars whose path has a space.
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    koi = koi.movedTo(directory.resolve("koi")).with("JAVA_HOME", java);
    koi.with("TMPDIR", temporary.toString());
    assertThat(run("--version")).isZero();
    assertThat(out).content().matches(VERSION); // without an archive, or with that of another Java
    assertThat(run("warm-up")).isZero();
    assertThat(out).content().matches("koi: starts faster now with .*\\n");
    assertThat(temporary).isEmptyDirectory();

    koi.dropIn(DroppedInBackend.class);
    assertThat(classesFromJars("list", "--backend", "dropped-in")).isLessThan(20);
    assertThat(out).content().contains("stranger").doesNotContain("arning");

    assertThat(classesFromJars("--version")).isZero();

    Path lib = koi.home().resolve("lib");
    Path jar = lib.resolve("aopalliance-1.0.jar");
    FileTime time = Files.getLastModifiedTime(jar);
    byte[] content = Files.readAllBytes(jar);
    content[10] ^= 1; // the time of its first entry
    Files.write(jar, content);
    Files.setLastModifiedTime(jar, time);
    assertThat(classesFromJars("--version")).isGreaterThan(5);
    assertThat(out).content().matches(VERSION);

    assertThat(run("warm-up")).isZero();
    assertThat(archives(lib)).hasSize(1);
    Path archive = archives(lib).get(0);
    Files.delete(archive);
    Files.writeString(archive, "no archive");
    assertThat(run("--version")).isZero();
    assertThat(out).content().matches(VERSION);
  }

  @Test
  @LongTest
  void onlyAServerNeedsItsLibraries() throws Exception {
    InstalledKoi.run("rm", "-r", koi.home().resolve("lib/serve").toString());
    Path socket = directory.resolve("engine.sock");
    try (SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
      engine.run(ContainerSpec.of("web"));
      String host = "koi.backends.docker.host=unix://" + socket;

      assertThat(run("list", "--set", host)).isZero();
      assertThat(run("explain", "web", "--set", host)).isZero();
      assertThat(run("backends", "--set", host)).isZero();
      assertThat(run("backends", "--verify", "docker", "--set", host)).isZero();
      assertThat(run("fleet", "hosts")).isEqualTo(ExitCode.USAGE);
      assertThat(out).content().startsWith("koi: koi.fleet.endpoints");
      assertThat(run("serve", "--port", "0", "--set", host)).isEqualTo(ExitCode.FAILURE);
    }
  }

  @Test
  void aFullDiskIsAFailure() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).as("only Linux has this").exists();

    assertThat(koi.start(full, "--version").waitFor()).isEqualTo(ExitCode.FAILURE);
  }

  @Test
  void theHelpOfWarmUpRecordsNothing() throws Exception {
    Path lib = koi.home().resolve("lib");
    for (Path archive : archives(lib)) { // of another test
      Files.delete(archive);
    }

    assertThat(run("warm-up", "--help")).isZero();
    assertThat(out).content().contains("Usage: koi warm-up");
    assertThat(archives(lib)).isEmpty();
  }

  @Test
  void itMayBeReadOnlyAndBelongToRoot() throws Exception {
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
    Path bin = Files.createDirectories(directory.resolve("usr \\t\\c bin"));
    Files.createSymbolicLink(bin.resolve("koi-0"), Path.of("../" + HOME + "/bin/koi"));
    Path link = Files.createSymbolicLink(bin.resolve("koi"), Path.of("koi-0"));

    assertThat(koi.start(out, List.of(link.toString(), "--version")).waitFor()).isZero();
    assertThat(out).content().matches(VERSION);
  }

  @Test
  void withoutALocaleArgumentsAndPathsMayHaveAnyCharacter() throws Exception {
    assumeTrue(UMLAUTS, "this test needs a UTF-8 locale");
    Path socket = directory.resolve("größe.sock");
    try (SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
      engine.run(ContainerSpec.of("web").label("koi.name", "größe"));
      List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=" + System.getenv("PATH")));
      command.addAll(List.of(koi.script(), "list", "--label", "koi.name=größe"));
      command.addAll(List.of("--set", "koi.backends.docker.host=unix://" + socket));
      assertThat(koi.start(out, command).waitFor()).isZero();
    }
    assertThat(out).content().contains("web  ");
  }

  @Test
  void variablesOfTheTerminalBecomeNoOptionsOfJava() throws Exception {
    assumeThat(Path.of("/usr/bin/script")).as("makes a terminal").exists();
    String list = "COLUMNS='80 -version' '" + koi.script() + "' --version";

    koi.start(out, List.of("script", "-qec", list, "/dev/null")).waitFor();
    assertThat(out).content().startsWith("koi 0.");
  }

  /** The shells of this machine that may be sh elsewhere; by default only sh itself. */
  static List<String> shells() {
    return Stream.of("sh", "dash", "bash", "bash --posix", "busybox sh", "zsh --emulate sh", "ksh")
        .filter(shell -> Files.exists(Path.of("/usr/bin", shell.split(" ", -1)[0])))
        .limit(ALL ? Integer.MAX_VALUE : 2)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void anyShellRunsIt(String shell) throws Exception {
    List<String> command = new ArrayList<>(List.of(shell.split(" ")));
    command.addAll(List.of(koi.script(), "--version"));

    assertThat(koi.start(out, command).waitFor()).isZero();
    assertThat(out).content().matches(VERSION);
  }

  @Test
  void optionsForJavaOverrideTheDefaults() throws Exception {
    koi.with("KOI_JAVA_OPTS", "-Xmx70m -XX:+PrintCommandLineFlags");

    assertThat(run("--version")).isZero();
    assertThat(out).content().contains("-XX:MaxHeapSize=73400320 ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOldJavaIsRefused(boolean saysSoInAFile) throws Exception {
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
  void aWrongJavaHomeIsNamed() throws Exception {
    koi.with("JAVA_HOME", "/no/java");

    assertThat(run("list")).isEqualTo(ExitCode.FAILURE);
    assertThat(out).content().startsWith("koi: no Java at /no/java/bin/java; correct JAVA_HOME");
  }

  @Test
  void aMissingJavaIsReported() throws Exception {
    koi.with("JAVA_HOME", "").with("PATH", "/nowhere");

    assertThat(run("list")).isEqualTo(ExitCode.FAILURE);
    assertThat(out).content().startsWith("koi: no Java on the PATH; install Java 17 or newer");
  }

  @Test
  void tarAndZipHaveTheSameContent() throws Exception {
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

  private static List<Path> archives(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().matches(".*\\.(jsa|aot)")).toList();
    }
  }

  /** Returns how many classes come from jars of lib/ and not from the archive. */
  private long classesFromJars(String... arguments) throws Exception {
    Path log = directory.resolve("classes");
    koi.with("KOI_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    run(arguments);
    koi.with("KOI_JAVA_OPTS", "");
    return Files.readAllLines(log).stream()
        .filter(line -> line.matches(".*source: file:.*/lib/.*"))
        .count();
  }
}
