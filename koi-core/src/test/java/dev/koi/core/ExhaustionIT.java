package dev.koi.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.LongTest;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Koi that gets no more descriptors, or no more threads, waits for better times. */
@LongTest
@Timeout(180)
class ExhaustionIT {

  /** Of a user that nobody is, because the threads of all its processes are counted. */
  private static final String NOBODY = "61234";

  @TempDir Path directory;

  @Test
  void withoutDescriptorsItFailsPatientlyAndRecovers() throws Exception {
    exhaust("descriptors", List.of("prlimit", "--nofile=200"));
  }

  @Test
  void withoutThreadsItFailsPatientlyAndRecovers() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root can become another user");
    exhaust(
        "threads",
        List.of("setpriv", "--reuid=" + NOBODY, "--clear-groups", "prlimit", "--nproc=150"));
  }

  private void exhaust(String what, List<String> limited) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path socket = directory.resolve("engine.sock");
    Path output = directory.resolve("output");
    try (SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
      engine.liveRestore();
      engine.run(ContainerSpec.of("web"));
      open(socket);
      Process process = start(limited, socket, output);
      try {
        awaitLine(output, "Started web");
        engine.crash(); // and whatever code an outage needs is loaded
        awaitLine(output, "BackendDisconnected");
        engine.boot();
        open(socket);
        awaitLine(output, "BackendReconnected");
        tell(process, what);
        awaitLine(output, "taken");
        engine.run(ContainerSpec.of("one"));
        engine.cutStreams();
        LockSupport.parkNanos(Duration.ofSeconds(6).toNanos());
        engine.run(ContainerSpec.of("two"));
        tell(process, "release");

        awaitLine(output, "Started one");
        awaitLine(output, "Started two");
        assertThat(process.isAlive()).isTrue();
        assertThat(failures(output)).isBetween(1, 100);
        assertThat(Files.readAllLines(output)).doesNotContain("Stopped web");
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private Process start(List<String> limited, Path socket, Path output) throws IOException {
    List<String> command = new ArrayList<>(limited);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xlog:disable", "-cp", copiedClassPath()));
    command.addAll(List.of(Exhaustion.class.getName(), "unix://" + socket));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /**
   * Returns a class path that everybody may read, of jars only: these are open once and for all,
   * while a class in a directory could not be loaded without a descriptor.
   */
  private String copiedClassPath() throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path original = Path.of(entry);
      Path copy = directory.resolve(copies.size() + ".jar");
      if (Files.isDirectory(original)) {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        jar.run(System.out, System.err, "cf", copy.toString(), "-C", entry, ".");
      } else if (Files.exists(original)) {
        Files.copy(original, copy);
      }
      copies.add(copy.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void open(Path socket) throws IOException {
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private static void tell(Process process, String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  private static void awaitLine(Path output, String line) {
    await().untilAsserted(() -> assertThat(Files.readAllLines(output)).contains(line));
  }

  private static int failures(Path output) throws IOException {
    return Files.readAllLines(output).stream()
        .filter(line -> line.startsWith("failures: "))
        .mapToInt(line -> Integer.parseInt(line.substring("failures: ".length())))
        .findFirst()
        .orElseThrow();
  }
}
