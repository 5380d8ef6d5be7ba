package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.LongTest;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The built distribution with every kind of wrong jar in {@code backends/}. */
@LongTest
@Timeout(300)
@DisabledOnOs(OS.WINDOWS)
class WrongJarsIT {

  @TempDir Path directory;

  private InstalledKoi koi;
  private Path backends;
  private SimulatedEngine engine;

  @BeforeEach
  void install() throws Exception {
    StrangersCode.compiledTo(directory);
    koi = InstalledKoi.at(directory.resolve("koi"));
    backends = koi.home().resolve("backends");
    engine = SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine.sock"));
    engine.run(ContainerSpec.of("web"));
  }

  @AfterEach
  void end() {
    koi.close();
    engine.close();
  }

  @Test
  void eachIsNamedWithWhatWouldHelpAndEverythingElseWorks() throws Exception {
    fill();

    assertThat(run(ExitCode.FAILURE, "backends")).isEqualTo(expected());
    assertThat(run(ExitCode.OK, "list"))
        .contains("web ", "its-own-guava ", "library-1 ", "noise ", "plain ", "hello ")
        .endsWith(
            "\nkoi: 18 jars or directories in backends/ cannot be used;"
                + " 'koi backends' shows why\n");
    assertThat(run(ExitCode.OK, "backends", "--verify", "docker")).contains("follows the rules");
  }

  private void fill() throws Exception {
    // Right ones.
    jar("guava").with(directory, "com.google").write(backends.resolve("guava.jar"));
    jar("library").write(backends.resolve("library/backend.jar"));
    library().write(backends.resolve("library/library.jar"));
    jar("noise").manifest("Implementation-Version", "2.1").write(backends.resolve("noise.jar"));
    jar("settings")
        .file("reference.conf", "koi.backends.settings.greeting = hello")
        .write(backends.resolve("settings.jar"));

    // Wrong ones.
    jar("plain").write(backends.resolve("plain-1.0.jar"));
    jar("plain").write(backends.resolve("plain-2.0.jar"));
    jar("sight").manifest("Koi-Spi-Version", "99.0").write(backends.resolve("newer-koi.jar"));
    jar("sight").fromTheFuture(StrangersCode.classOf("sight")).write(backends.resolve("java.jar"));
    jar("early").write(backends.resolve("missing-1.jar"));
    jar("sleeper").write(backends.resolve("sleeper.jar"));
    new StrangersJar()
        .with(directory, "org.example.context")
        .registering("org.example.Missing")
        .write(backends.resolve("missing-2.jar"));
    new StrangersJar()
        .with(directory, "org.library")
        .registering("org.library.Library")
        .write(backends.resolve("not-a-backend.jar"));
    jar("context").file("reference.conf", "koi {").write(backends.resolve("defaults.jar"));
    jar("context")
        .manifest("Class-Path", "../lib/elsewhere.jar")
        .write(backends.resolve("class-path.jar"));
    library().write(backends.resolve("dependency.jar"));
    library().write(backends.resolve("dependencies/library.jar"));
    Files.createDirectory(backends.resolve("empty"));
    jar("context").write(backends.resolve("nested/inner/context.jar"));
    Files.writeString(backends.resolve("junk.jar"), "junk");
    byte[] half = Files.readAllBytes(jar("context").write(directory.resolve("whole.jar")));
    Files.write(backends.resolve("half.jar"), Arrays.copyOf(half, half.length / 2));
    Files.createSymbolicLink(backends.resolve("dangling.jar"), directory.resolve("nothing"));
    InstalledKoi.run("mkfifo", backends.resolve("fifo.jar").toString());
  }

  @Test
  void aJarThatTheUserMayNotReadIsNamed() throws Exception {
    Path jar = jar("plain").write(backends.resolve("secret.jar"));
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("---------"));
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      Path setpriv = Path.of("/usr/bin/setpriv");
      assumeThat(setpriv).as("lets root be another user").exists();
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    command.addAll(List.of(koi.script(), "backends"));

    assertThat(output(command)).contains(jar + " cannot be read by user ");
  }

  @Test
  void aBackendThatExitsIsNamed() throws Exception {
    jar("exit").write(backends.resolve("exit.jar"));

    assertThat(run(ExitCode.FAILURE, "watch"))
        .isEqualTo("koi: org.example.exit.Backend.name called System.exit, which ends Koi\n");
  }

  private StrangersJar jar(String name) throws IOException {
    return StrangersCode.jar(directory, name);
  }

  private StrangersJar library() throws IOException {
    return new StrangersJar().with(directory, "org.library");
  }

  private String run(int status, String... command) throws Exception {
    List<String> words = new ArrayList<>(List.of(koi.script()));
    words.addAll(List.of(command));
    words.addAll(List.of("--set", "koi.backends.docker.host=unix://" + engine.socket()));
    words.addAll(List.of("--set", "koi.backends.podman.enabled=false"));
    Path out = directory.resolve("out");
    Process process = koi.start(out, words);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ends", words).isTrue();
    String printed = Files.readString(out);
    assertThat(process.exitValue()).as(printed).isEqualTo(status);
    return printed;
  }

  private String output(List<String> command) throws Exception {
    Path out = directory.resolve("out");
    assertThat(koi.start(out, command).waitFor(120, TimeUnit.SECONDS)).isTrue();
    return Files.readString(out);
  }

  /** Returns the expected output, of this directory, this Java, and this Koi. */
  private String expected() throws IOException {
    return Files.readString(Path.of("src/test/resources/dev/koi/cli/wrong-jars.txt"))
        .replace("KOI", koi.home().toString())
        .replace("DIR", directory.toString())
        .replace("RUNNING", Integer.toString(Runtime.version().feature()))
        .replace("VERSION", koi.version());
  }
}
