package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.LongTest;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that is refused has not run, whatever service it is of, by any command. */
@LongTest
@Timeout(300)
@DisabledOnOs(OS.WINDOWS)
class PlantedCodeIT {

  /** All that read settings or backends, with what they need to end soon, and all others. */
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("list"),
          List.of("explain", "-f", "web"),
          List.of("watch"),
          List.of("watch", "--or-demo"),
          List.of("explain", "web"),
          List.of("backends"),
          List.of("demo", "list"),
          List.of("help"),
          List.of("completion", "bash"),
          List.of("--version"));

  @TempDir Path directory;

  private Path home;
  private Path traces;

  @ParameterizedTest
  @ValueSource(strings = {"", "backends"})
  void whatIsInADirectoryThatIsRefusedHasNotRun(String refused) throws Exception {
    install();
    plant(home.resolve("backends/planted.jar"));
    open(home.resolve(refused));

    requireNothingRuns();
  }

  @Test
  void jarsThatAreRefusedHaveNotRun() throws Exception {
    install();
    Path backends = home.resolve("backends");
    open(plant(backends.resolve("jar.jar")));
    open(plant(backends.resolve("capitals.JAR")));
    open(plant(Files.createDirectory(backends.resolve("jar-in-directory")).resolve("a.jar")));
    Path directory = Files.createDirectory(backends.resolve("directory"));
    plant(directory.resolve("a.jar"));
    open(directory);
    Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere"));
    Path linked = plant(elsewhere.resolve("planted.jar"));
    open(elsewhere);
    Files.createSymbolicLink(backends.resolve("link-1.jar"), linked);
    Files.createSymbolicLink(backends.resolve("link-2.jar"), linked);
    Files.createSymbolicLink(backends.resolve("link-to-directory"), elsewhere);

    requireNothingRuns();
  }

  @Test
  void aJarOfAnotherUserHasNotRun() throws Exception {
    assumeThat(System.getProperty("user.name")).as("may give files away").isEqualTo("root");
    install();
    Path jar = plant(home.resolve("backends/planted.jar"));
    InstalledKoi.run("chown", "65534", jar.toString());

    requireNothingRuns();
  }

  private void requireNothingRuns() throws Exception {
    for (List<String> command : COMMANDS) {
      String output = run(command);
      assertThat(traces()).as("traces of %s%n%s", command, output).isEmpty();
      if (!List.of("demo", "help", "completion", "--version").contains(command.get(0))) {
        assertThat(output).as("%s", command).contains("could add code to Koi");
      }
    }
  }

  /** Else the traces of the others would prove nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"list", "backends"})
  void whatIsTrustedRuns(String command) throws Exception {
    install();
    plant(Files.createDirectory(home.resolve("backends/sub")).resolve("planted.jar"));
    String output = run(List.of(command));

    assertThat(traces()).as(output).contains("Backend");
  }

  private void install() throws Exception {
    home = directory.resolve("koi");
    try (InstalledKoi koi = InstalledKoi.at(home)) {
      Files.createDirectories(koi.home().resolve("backends"));
    }
    traces = Files.createDirectory(directory.resolve("traces"));
  }

  /** Lets everybody write to that file. */
  private static void open(Path file) throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private String run(List<String> words) throws Exception {
    try (InstalledKoi koi = InstalledKoi.existing(home).with(Planted.TRACES, traces.toString())) {
      Path out = directory.resolve("out");
      Process process = koi.start(out, words.toArray(String[]::new));
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ends", words).isTrue();
      return Files.readString(out);
    }
  }

  private List<String> traces() throws Exception {
    try (Stream<Path> files = Files.list(traces)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Path plant(Path jar) throws Exception {
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> provider : Planted.SERVICES) {
        entries.putNextEntry(
            new JarEntry("META-INF/services/" + Planted.serviceOf(provider).getName()));
        entries.write(provider.getName().getBytes(UTF_8));
        add(entries, provider);
      }
      add(entries, Planted.class);
    }
    return jar;
  }

  private static void add(JarOutputStream entries, Class<?> type) throws Exception {
    String path = type.getName().replace('.', '/') + ".class";
    entries.putNextEntry(new JarEntry(path));
    try (InputStream bytes = type.getClassLoader().getResourceAsStream(path)) {
      bytes.transferTo(entries);
    }
  }
}
