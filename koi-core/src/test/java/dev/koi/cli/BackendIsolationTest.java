package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.spi.RuntimeBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each jar or directory in {@code backends/} is loaded apart, and fails apart. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class BackendIsolationTest {

  @TempDir static Path compiled;
  @TempDir Path home;

  private final TestKoi koi = new TestKoi(Clock.systemUTC());
  private Path backends;

  @BeforeAll
  static void compile() throws Exception {
    StrangersCode.compiledTo(compiled);
  }

  @BeforeEach
  void install() throws Exception {
    backends = Files.createDirectory(home.resolve("backends"));
    koi.home(home);
    koi.set("koi.backends.docker.enabled", "false");
    koi.set("koi.backends.podman.enabled", "false");
    koi.set("koi.backends.in-memory.enabled", "false");
  }

  @Test
  void aBackendSeesTheJdkTheApiAndSlf4jAndNothingElse() throws Exception {
    jar("sight").write(backends.resolve("sight.jar"));

    assertThat(found("sight"))
        .isEqualTo(
            "[Driver, JavaCompiler, Instance, RuntimeInfo, HintQueue, Logger, LoggingEventBuilder]");
  }

  @Test
  void aBackendMayBringItsOwnVersionOfALibrary() throws Exception {
    jar("guava").with(compiled, "com.google").write(backends.resolve("guava.jar"));

    assertThat(found("guava")).isEqualTo("its-own-guava");
  }

  @Test
  void librariesLieInADirectoryWithTheJar() throws Exception {
    jar("library").write(backends.resolve("library/backend.jar"));
    library().write(backends.resolve("library/library-1.JAR"));

    assertThat(found("library")).isEqualTo("library-1");
    assertThat(koi.err()).isEmpty();
  }

  @Test
  void librariesFindTheirServicesByTheContextClassLoader() throws Exception {
    jar("context").write(backends.resolve("context.jar"));

    assertThat(found("context")).isEqualTo("true");
  }

  @Test
  void aCopyOfTheApiInTheJarDoesNoHarm() throws Exception {
    Path api =
        Path.of(RuntimeBackend.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    jar("plain").shading(api).write(backends.resolve("plain.jar"));

    assertThat(found("plain")).isEqualTo("plain");
    assertThat(koi.err()).isEmpty();
  }

  @Test
  void defaultsInTheJarAreReadAndAMisspeltKeyIsNoticed() throws Exception {
    jar("settings")
        .file("reference.conf", "koi.backends.settings { greeting = hello, enabled = auto }")
        .write(backends.resolve("settings/settings.jar"));

    assertThat(found("settings")).isEqualTo("hello");
    assertThat(koi.run("list", "--set", "koi.backends.settings.greetign=hi"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(koi.err())
        .isEqualTo(
            "koi: --set: koi.backends.settings.greetign is not a setting;"
                + " there are: enabled, greeting; did you mean 'greeting'?\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"koi {", "koi.backends.settings = 3", "koi.backends.settings.x = ${nowhere}"})
  void defaultsThatCannotBeReadAffectNoOtherBackend(String defaults) throws Exception {
    jar("settings").file("reference.conf", defaults).write(backends.resolve("settings.jar"));
    jar("plain").write(backends.resolve("plain.jar"));

    assertThat(found("plain")).isEqualTo("plain");
    assertThat(problems()).contains("DIR/settings.jar has a reference.conf that cannot be used: ");
  }

  @Test
  void ofTwoVersionsTheFirstByNameIsUsed() throws Exception {
    jar("plain").write(backends.resolve("plain-1.0.jar"));
    jar("plain").write(backends.resolve("plain-2.0.jar"));

    assertThat(found("plain")).isEqualTo("plain");
    assertThat(problems())
        .endsWith(
            "DIR/plain-2.0.jar is not used: DIR/plain-1.0.jar has the backend"
                + " org.example.plain.Backend, too; remove one of them\n");
  }

  @Test
  void twoVersionsInOneDirectoryAreBothRefused() throws Exception {
    jar("plain").write(backends.resolve("plain/plain-1.0.jar"));
    jar("plain").write(backends.resolve("plain/plain-2.0.jar"));

    assertThat(problems())
        .endsWith(
            "DIR/plain/plain-2.0.jar is not used: DIR/plain/plain-1.0.jar has the backend"
                + " org.example.plain.Backend, too; remove one of them\n")
        .doesNotContain("connected");
  }

  @Test
  void noJarTakesThePlaceOfABackendOfKoi() throws Exception {
    new StrangersJar()
        .with(compiled, "org.example.plain")
        .registering("dev.koi.docker.DockerBackend")
        .write(backends.resolve("docker.jar"));

    assertThat(problems())
        .contains("DIR/docker.jar is not used: Koi itself has the backend dev.koi.docker.Docker");
  }

  @Test
  void aMissingLibraryIsNamedWhereverItIsMissed() throws Exception {
    jar("library").write(backends.resolve("library.jar")); // in connect
    jar("early").write(backends.resolve("early.jar")); // in its constructor
    jar("plain").write(backends.resolve("plain.jar"));

    String advice =
        "the class org.library.Library is missing; put its jar and the backend's jar into one"
            + " directory of backends/, or both on the class path of the application";
    assertThat(problems())
        .contains("library  failed", "connect failed: " + advice, "from       DIR/library.jar")
        .contains("org.example.early.Backend in DIR/early.jar cannot be made: " + advice);
    assertThat(found("plain")).isEqualTo("plain");
  }

  @Test
  void aClassThatIsTooNewIsNamed() throws Exception {
    jar("plain").fromTheFuture(StrangersCode.classOf("plain")).write(backends.resolve("new.jar"));
    jar("library").write(backends.resolve("old/backend.jar"));
    library().fromTheFuture("org.library.Library").write(backends.resolve("old/library.jar"));

    String java = " needs Java 99, and this is Java " + Runtime.version().feature() + "; set JAVA";
    assertThat(problems())
        .contains(
            "org.example.plain.Backend in DIR/new.jar cannot be loaded: org.example.plain.Backend"
                + java)
        .contains("connect failed: org.library.Library" + java);
  }

  @Test
  void aJarForANewerKoiIsRefusedBeforeItsCodeRuns() throws Exception {
    jar("exit").manifest("Koi-Spi-Version", "0.9.1").write(backends.resolve("newer.jar"));
    jar("exit").manifest("Koi-Spi-Version", "${koi.version}").write(backends.resolve("what.jar"));
    jar("plain").manifest("Koi-Spi-Version", "0.8.3-rc1").write(backends.resolve("same.jar"));
    jar("sight").manifest("Koi-Spi-Version", "0.1").write(backends.resolve("old.jar"));

    BackendJars jars = BackendJars.of(home, "0.8.0-SNAPSHOT");
    assertThat(jars.problems())
        .containsExactly(
            backends
                + "/newer.jar was built for Koi 0.9.1, and this is Koi 0.8.0-SNAPSHOT;"
                + " update Koi, or use an older version of the backend",
            backends
                + "/what.jar has Koi-Spi-Version '${koi.version}' in its manifest, which is no"
                + " version such as 0.1; correct its pom.xml");
    assertThat(jars.loader().loadClass(StrangersCode.classOf("plain"))).isNotNull();
    assertThat(jars.loader().loadClass(StrangersCode.classOf("sight"))).isNotNull();
  }

  @Test
  void codeThatOnlyAManifestNamesIsNotLoaded() throws Exception {
    Path elsewhere = library().write(home.resolve("elsewhere/library.jar"));
    jar("library")
        .manifest("Class-Path", elsewhere.toUri().toString())
        .write(backends.resolve("far.jar"));
    library().write(backends.resolve("beside/library.jar"));
    jar("library")
        .manifest("Class-Path", "library.jar not-there.jar")
        .write(backends.resolve("beside/near.jar"));

    assertThat(found("library")).isEqualTo("library-1");
    assertThat(problems())
        .contains(
            "DIR/far.jar names "
                + elsewhere.toUri()
                + " in the Class-Path of its manifest; put both jars into one directory")
        .doesNotContain("near.jar names");
  }

  @Test
  void whatIsNoBackendIsNamedWithWhatWouldHelp() throws Exception {
    Files.createDirectory(backends.resolve("empty"));
    library().write(backends.resolve("libraries/library.jar"));
    library().write(backends.resolve("library.jar"));
    jar("plain").write(backends.resolve("deep/down/plain.jar"));
    jar("plain").write(backends.resolve(".hidden/plain.jar"));
    Files.createSymbolicLink(backends.resolve("linked"), home.resolve("nowhere"));

    String registration = "META-INF/services/dev.koi.spi.RuntimeBackend";
    assertThat(problems().lines().skip(1))
        .containsSubsequence(
            "cannot be used",
            "             DIR/deep/down is not read; move its jars to DIR/deep",
            "             DIR/deep holds no jar that can be read; put a backend's jar into it, or remove it",
            "             DIR/empty holds no jar that can be read; put a backend's jar into it, or remove it",
            "             DIR/libraries holds no jar with "
                + registration
                + "; put the backend's jar into it, beside its libraries",
            "             DIR/library.jar registers no backend: it has no "
                + registration
                + "; a library belongs into a directory together with the backend's jar",
            "             DIR/linked is a link to a file that does not exist; correct the link");
  }

  private static StrangersJar jar(String name) throws Exception {
    return StrangersCode.jar(compiled, name);
  }

  private static StrangersJar library() throws Exception {
    return new StrangersJar().with(compiled, "org.library");
  }

  /** Returns what the backend has found. */
  private String found(String backend) {
    assertThat(koi.run("list", "--json", "--backend", backend))
        .as(koi.err())
        .isEqualTo(ExitCode.OK);
    List<String> names = new ArrayList<>();
    Matcher name = Pattern.compile("\"container_name\":\"([^\"]*)\"").matcher(koi.out());
    while (name.find()) {
      names.add(name.group(1));
    }
    assertThat(names).hasSize(1);
    return names.get(0);
  }

  /** Returns what {@code koi backends} shows. */
  private String problems() {
    assertThat(koi.run("backends")).as(koi.out()).isNotEqualTo(ExitCode.OK);
    return koi.out().replace(backends.toString(), "DIR");
  }
}
