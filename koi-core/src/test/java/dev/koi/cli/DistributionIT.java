package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built distribution, as a process, as a user starts it. */
@Timeout(120)
class DistributionIT {

  private static final Path BUILT = Path.of("target/koi").toAbsolutePath();

  @TempDir Path directory;

  private final List<Process> processes = new ArrayList<>();
  private Path home;
  private SimulatedEngine engine;

  @BeforeEach
  void install() throws IOException {
    // A temporary directory is its owner's alone; another user is to get as far as the socket.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    home = directory.resolve("koi home");
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("backends"));
    Files.copy(BUILT.resolve("bin/koi"), home.resolve("bin/koi"));
    Files.createSymbolicLink(home.resolve("lib"), BUILT.resolve("lib"));
    engine = SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine.sock"));
  }

  @AfterEach
  void end() throws IOException {
    Files.delete(home.resolve("lib")); // JUnit warns where it deletes a link
    processes.forEach(Process::destroyForcibly);
    engine.close();
  }

  @Test
  void watchPrintsThePictureAndThenEachChangeAndEndsWellOnSigterm() throws Exception {
    String web = engine.run(ContainerSpec.of("web"));
    Path out = directory.resolve("out");
    Process watch = start(out, "watch", "--json", "--set", host());

    awaitLine(out, "\\{\"type\":\"started\".*\"container_name\":\"web\".*");
    engine.pause(web);
    awaitLine(out, "\\{\"type\":\"updated\".*\"changed\":\\[\"state\"\\]\\}");
    engine.run(ContainerSpec.of("db"));
    awaitLine(out, "\\{\"type\":\"started\".*\"container_name\":\"db\".*");
    engine.unpause(web);
    engine.stop(web);
    awaitLine(out, "\\{\"type\":\"stopped\".*\"container_name\":\"web\".*");

    watch.destroy();
    assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.exitValue()).isEqualTo(ExitCode.OK);
  }

  @Test
  void aPipeThatNobodyReadsAnyMoreEndsTheWatchQuietly() throws Exception {
    engine.run(ContainerSpec.of("web"));
    Path out = directory.resolve("out");
    Process shell =
        start(
            out,
            List.of(
                "sh",
                "-c",
                "\"$0\" watch --set " + host() + " | head -n 1",
                home.resolve("bin/koi").toString()));
    awaitLine(out, ".*docker/web.*");

    AtomicInteger number = new AtomicInteger();
    await()
        .pollInterval(1, TimeUnit.SECONDS)
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () -> {
              // A line that nobody reads.
              engine.run(ContainerSpec.of("more-" + number.incrementAndGet()));
              return !shell.isAlive();
            });
    assertThat(Files.readAllLines(out)).hasSize(1);
  }

  @Test
  void aJarInBackendsIsFoundAtTheNextStart() throws Exception {
    Path out = directory.resolve("out");
    dropIn(DroppedInBackend.class);

    assertThat(start(out, "list", "--backend", "dropped-in").waitFor()).isEqualTo(ExitCode.OK);
    assertThat(Files.readString(out)).contains("stranger", "dropped-in");
  }

  @Test
  void itMayBeCalledThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("bin/koi"));
    Path out = directory.resolve("out");

    assertThat(start(out, List.of(link.toString(), "--version")).waitFor()).isEqualTo(ExitCode.OK);
    assertThat(Files.readString(out)).startsWith("koi 0.");
  }

  @Test
  void aSocketThatMayNotBeOpenedIsAFailureThatSaysSo() throws Exception {
    assumeThat(System.getProperty("user.name"))
        .as("only root can become another")
        .isEqualTo("root");
    Files.setPosixFilePermissions(engine.socket(), PosixFilePermissions.fromString("rw-------"));
    Path out = directory.resolve("out");
    List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    List<String> command = new ArrayList<>(asNobody);
    command.addAll(List.of(home.resolve("bin/koi").toString(), "list", "--set", host()));

    assertThat(start(out, command).waitFor()).isEqualTo(ExitCode.FAILURE);
    assertThat(Files.readAllLines(out))
        .singleElement()
        .asString()
        .startsWith("koi: docker: ")
        .contains(engine.socket().toString(), "ermission");
  }

  @Test
  void theBillOfMaterialsListsTheJarsThatAreThere() throws IOException {
    Path bill = BUILT.resolve("lib/koi.cdx.json");
    assumeThat(bill).as("made only by a build that is online").exists();
    List<String> listed =
        Pattern.compile("\"purl\" : \"pkg:maven/[^/]+/([^@]+)@([^?]+)")
            .matcher(Files.readString(bill))
            .results()
            .map(match -> match.group(1) + "-" + match.group(2) + ".jar")
            .toList();

    try (Stream<Path> files = Files.walk(BUILT.resolve("lib"))) {
      assertThat(listed)
          .containsExactlyInAnyOrderElementsOf(
              files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".jar")).toList());
    }
  }

  private String host() {
    return "koi.backends.docker.host=unix://" + engine.socket();
  }

  private Process start(Path out, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/koi").toString()));
    command.addAll(List.of(arguments));
    return start(out, command);
  }

  private Process start(Path out, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    processes.add(process);
    return process;
  }

  private static void awaitLine(Path out, String pattern) {
    await()
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(out))
                    .anySatisfy(l -> assertThat(l).matches(pattern)));
  }

  private void dropIn(Class<? extends RuntimeBackend> backend) throws IOException {
    Path jar = home.resolve("backends/stranger.jar");
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      entries.putNextEntry(new JarEntry("META-INF/services/" + RuntimeBackend.class.getName()));
      entries.write(backend.getName().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      for (Class<?> type : List.of(backend, backend.getDeclaredClasses()[0])) {
        String path = type.getName().replace('.', '/') + ".class";
        entries.putNextEntry(new JarEntry(path));
        try (InputStream bytes = type.getClassLoader().getResourceAsStream(path)) {
          bytes.transferTo(entries);
        }
      }
    }
  }
}
