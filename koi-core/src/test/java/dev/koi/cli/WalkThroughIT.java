package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.CodeBlock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The steps of koi-testkit's README are followed, in an empty directory. */
@Timeout(660)
class WalkThroughIT {

  private static final Path KIT = Path.of("../koi-testkit").toAbsolutePath().normalize();
  private static final Path README = KIT.resolve("README.md");
  private static final Path REPOSITORY = KIT.resolve("target/it-repository");

  @TempDir Path directory;

  /** The first step installs Koi, which Koi's own build has done here. */
  @Test
  void theStepsLeadFromAnEmptyDirectoryToACheckedJarInTheDistribution() throws Exception {
    assumeThat(REPOSITORY).as("made with -Dkoi.tests=all").exists();
    String local = Path.of(System.getProperty("localRepository")).toUri().toString();
    Path settings =
        Files.writeString(
            directory.resolve("settings.xml"),
            Files.readString(KIT.resolve("src/it/settings.xml"), UTF_8)
                .replace("@localRepositoryUrl@", local));
    List<String> steps = CodeBlock.of(README, "sh");
    assertThat(steps.get(0))
        .isEqualTo("mvn -q install -DskipTests\nexport KOI=$PWD/koi-core/target/koi\n");
    String maven =
        "export MAVEN_OPTS=-XX:TieredStopAtLevel=1\n" // each run is short
            + "mvn() { command mvn -B -s '%s' -Dmaven.repo.local='%s' \"$@\"; }\n";
    Path script =
        Files.writeString(
            directory.resolve("steps"),
            maven.formatted(settings, REPOSITORY)
                + String.join("echo \"status $?\"\n", steps.subList(1, steps.size())));
    Path output = directory.resolve("output");
    boolean ended;
    Process process;
    try (InstalledKoi koi = InstalledKoi.at(directory.resolve("koi"))) {
      ProcessBuilder bash =
          new ProcessBuilder("bash", script.toString())
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      bash.environment().put("KOI", koi.home().toString());
      process = bash.start();
      ended = process.waitFor(10, TimeUnit.MINUTES);
      process.descendants().forEach(ProcessHandle::destroy);
    }
    String printed = Files.readString(output, UTF_8);
    assertThat(ended).as(printed).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed.replaceAll("\u001b\\[[0-9;]*m", "").lines())
        .filteredOn(line -> line.startsWith("status"))
        .as(printed)
        .containsExactly(
            "status 0", "status 0", "status 1", "status 0", "status 0", "status 0"); // step 5
    assertThat(printed).contains(CodeBlock.of(README, "").get(0).lines().toList());
    assertThat(printed).contains("hello ", "files 1.0", "/backends/koi-files-1.0.jar");
    assertThat(printed).contains("| W-6 |", "**passed**", "FilesConformanceTest is certified: ");
  }
}
