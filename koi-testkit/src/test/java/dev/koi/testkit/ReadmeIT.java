package dev.koi.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's steps are followed, and its code is compiled. */
class ReadmeIT {

  private static final Path REPOSITORY = Path.of("target/it-repository").toAbsolutePath();

  @TempDir Path directory;

  /** The first step installs Koi, which Koi's own build has done here. */
  @Test
  void theStepsLeadFromAnEmptyDirectoryToACheckedJar() throws Exception {
    assumeThat(REPOSITORY).as("made with -Dkoi.tests=all").exists();
    String local = Path.of(System.getProperty("localRepository")).toUri().toString();
    Path settings =
        Files.writeString(
            directory.resolve("settings.xml"),
            Files.readString(Path.of("src/it/settings.xml"), UTF_8)
                .replace("@localRepositoryUrl@", local));
    List<String> steps = blocks("sh");
    assertThat(steps.get(0)).isEqualTo("mvn -q install -DskipTests -pl koi-testkit -am\n");
    String maven =
        "export MAVEN_OPTS=-XX:TieredStopAtLevel=1\n" // each run is short
            + "mvn() { command mvn -B -s '%s' -Dmaven.repo.local='%s' \"$@\"; }\n";
    Path script =
        Files.writeString(
            directory.resolve("steps"),
            maven.formatted(settings, REPOSITORY)
                + String.join("echo \"status $?\"\n", steps.subList(1, steps.size())));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder("bash", script.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    process.descendants().forEach(ProcessHandle::destroy);
    String printed = Files.readString(output, UTF_8);
    assertThat(ended).as(printed).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed.replaceAll("\u001b\\[[0-9;]*m", "").lines())
        .filteredOn(line -> line.startsWith("status"))
        .as(printed)
        .containsExactly(
            "status 0", "status 0", "status 1", "status 0", "status 0"); // the mistake of step 5
    assertThat(printed).contains(blocks("").get(0).lines().toList());
    assertThat(printed).contains("| W-6 |", "**passed**", "FilesConformanceTest is certified: ");
  }

  static List<String> javaBlocks() throws IOException {
    return blocks("java");
  }

  @ParameterizedTest
  @MethodSource("javaBlocks")
  void theCodeCompiles(String block) throws IOException {
    String code =
        """
        import dev.koi.testkit.engine.*;
        import dev.koi.testkit.memory.*;
        import java.nio.file.Path;
        import java.util.Map;
        class Snippet {
          void snippet() throws Exception {
            %s
          }
        }
        """
            .formatted(block);
    Path source = Files.writeString(directory.resolve("Snippet.java"), code);
    StringWriter errors = new StringWriter();
    PrintWriter out = new PrintWriter(errors, true);
    String classPath = System.getProperty("java.class.path");
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, "-proc:none", "-cp", classPath, "-d", directory + "", source.toString());
    assertThat(status).as(errors.toString()).isZero();
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```([a-z]*)\\R(.*?)^```$")
        .matcher(Files.readString(Path.of("README.md"), UTF_8))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }
}
