package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** A copy of the built distribution, and the processes started from it. */
final class InstalledKoi implements AutoCloseable {

  static final Path BUILT = Path.of("target/koi").toAbsolutePath();

  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final List<Process> processes = new ArrayList<>();

  private InstalledKoi(Path home) {
    this.home = home;
  }

  /** Copies it to a directory that is not there yet. */
  static InstalledKoi at(Path home) throws Exception {
    run("cp", "-a", BUILT.toString(), home.toString());
    return new InstalledKoi(home);
  }

  /** One that {@link #at} has put there. */
  static InstalledKoi existing(Path home) {
    return new InstalledKoi(home);
  }

  /** The same one, elsewhere. */
  InstalledKoi movedTo(Path newHome) throws IOException {
    return new InstalledKoi(Files.move(home, newHome));
  }

  static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
  }

  Path home() {
    return home;
  }

  /** Returns the version that its jars are named after. */
  String version() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("koi-api-.*\\.jar"))
          .map(name -> name.substring("koi-api-".length(), name.length() - ".jar".length()))
          .findFirst()
          .orElseThrow();
    }
  }

  String script() {
    return home.resolve("bin/koi").toString();
  }

  /** Sets a variable of the processes yet to be started. */
  InstalledKoi with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Process start(Path out, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(script()));
    command.addAll(List.of(arguments));
    return start(out, command);
  }

  Process start(Path out, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** Puts a backend into {@code backends/}. */
  void dropIn(Class<? extends RuntimeBackend> backend) throws IOException {
    pack(backend, home.resolve("backends/stranger.jar"));
  }

  /** Packs a backend and its nested classes into a jar. */
  static void pack(Class<? extends RuntimeBackend> backend, Path jar) throws IOException {
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      entries.putNextEntry(new JarEntry("META-INF/services/" + RuntimeBackend.class.getName()));
      entries.write(backend.getName().getBytes(UTF_8));
      List<Class<?>> types = new ArrayList<>(List.of(backend.getDeclaredClasses()));
      types.add(backend);
      for (Class<?> type : types) {
        String path = type.getName().replace('.', '/') + ".class";
        entries.putNextEntry(new JarEntry(path));
        try (InputStream bytes = type.getClassLoader().getResourceAsStream(path)) {
          bytes.transferTo(entries);
        }
      }
    }
  }

  static void awaitLine(Path out, String pattern) {
    await()
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(out))
                    .anySatisfy(line -> assertThat(line).matches(pattern)));
  }

  @Override
  public void close() {
    processes.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    processes.forEach(Process::destroyForcibly);
  }
}
