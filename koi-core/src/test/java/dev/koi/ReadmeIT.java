package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the README and of {@code docs/serve.md}, and compiles the code of the README
 * and of the README of the kit. A comment before each fenced block says how it is run: {@code <!--
 * main command -->} and {@code <!-- test command -->} by {@code .ci/run}, {@code <!-- commands -->}
 * here, on a simulated Docker, {@code <!-- commands beside koi serve -->} likewise, and {@code <!--
 * java -->} is compiled here.
 */
@Timeout(300)
class ReadmeIT {

  private static final List<Path> PAGES =
      List.of(Path.of("../README.md"), Path.of("docs/serve.md"));

  @TempDir Path directory;

  @Test
  void everyBlockIsRunOrCompiled() throws IOException {
    assertThat(blocks())
        .extracting(CodeBlock::mark)
        .contains("main command", "test command")
        .isSubsetOf(
            "main command", "test command", "commands", "commands beside koi serve", "java");
  }

  @TestFactory
  Stream<DynamicTest> commands() throws IOException {
    return lines("commands").map(line -> DynamicTest.dynamicTest(line, () -> run(line)));
  }

  private static Stream<String> lines(String mark) throws IOException {
    return marked(mark)
        .flatMap(String::lines)
        .map(line -> line.replaceFirst(" +#.*", "").strip())
        .filter(line -> !line.isEmpty());
  }

  private static Stream<String> marked(String mark) throws IOException {
    return blocks().stream().filter(block -> block.mark().equals(mark)).map(CodeBlock::text);
  }

  @Test
  void commandsBesideAServer() throws Exception {
    assumeThat(Stream.of("/usr/bin/curl", "/bin/curl").map(Path::of))
        .as("curl is not installed")
        .anyMatch(Files::exists);
    Path output = directory.resolve("serving");
    Process serve = command("koi demo serve --port 0", output).start();
    try {
      String place = awaitMatch(serve, output, "serves http://(127.0.0.1:\\d+)/");
      String ready =
          "curl -s --fail --retry 60 --retry-delay 1 " + place + "/readyz"; // 503 until then
      assertThat(command(ready, directory.resolve("ready")).start().waitFor()).isZero();
      for (String line : lines("commands beside koi serve").toList()) {
        Path answer = directory.resolve("answer");
        String here = line.replace("localhost:7380", place).replace("curl ", "curl --fail ");
        Process process = command(here, answer).start();
        assertThat(process.waitFor()).as(line).isZero();
        assertThat(answer).as(line).content().contains("{");
      }
    } finally {
      end(serve);
    }
  }

  private ProcessBuilder command(String line, Path output) {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Path bin = Path.of("target/koi/bin").toAbsolutePath();
    builder.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
    return builder;
  }

  private static void end(Process process) throws InterruptedException {
    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .forEach(ProcessHandle::destroy);
    process.waitFor();
  }

  private void run(String line) throws Exception {
    Path socket = directory.resolve("engine.sock");
    try (SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
      engine.run(ContainerSpec.of("web").publish(8080, 80).label("com.example.tier", "front"));
      Path script = Files.writeString(directory.resolve("changed.sh"), "#!/bin/sh\ncat\n");
      assertThat(script.toFile().setExecutable(true)).isTrue();
      Path output = directory.resolve("output");
      ProcessBuilder builder =
          command(line.replace("/run/user/1000/docker.sock", socket.toString()), output);
      builder.environment().put("DOCKER_HOST", "unix://" + socket);
      Process process = builder.start();
      try {
        if (line.contains("watch")) {
          awaitMatch(process, output, "(web)");
        } else {
          assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it has ended").isTrue();
          assertThat(process.exitValue()).as(Files.readString(output, UTF_8)).isZero();
        }
      } finally {
        end(process);
      }
      assertThat(output).content().isNotBlank();
    }
  }

  /** Waits until the process has printed a match; returns the first group of it. */
  private static String awaitMatch(Process process, Path output, String regex) throws Exception {
    Pattern pattern = Pattern.compile(regex);
    while (true) {
      Matcher found = pattern.matcher(Files.readString(output, UTF_8));
      if (found.find()) {
        return found.group(1);
      } else if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        return fail("it has ended, and printed: " + Files.readString(output, UTF_8));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> code() throws IOException {
    return Stream.concat(
            marked("java"), CodeBlock.of(Path.of("../koi-testkit/README.md"), "java").stream())
        .map(snippet -> DynamicTest.dynamicTest(snippet, () -> compile(snippet)));
  }

  private void compile(String snippet) {
    CodeBlock.compile(
        "Snippet",
        """
        import dev.koi.*;
        import dev.koi.core.*;
        import dev.koi.testkit.engine.*;
        import dev.koi.testkit.memory.*;
        import java.nio.file.Path;
        import java.time.Duration;
        import java.util.*;
        class Snippet {
          void snippet() throws Exception {
            %s
          }
        }
        """
            .formatted(snippet),
        directory);
  }

  private static List<CodeBlock> blocks() throws IOException {
    List<CodeBlock> blocks = new ArrayList<>();
    for (Path page : PAGES) {
      blocks.addAll(CodeBlock.all(page));
      assertThat(page)
          .as("indented blocks are not run")
          .content()
          .doesNotContainPattern("(?m)^    \\S");
    }
    return blocks;
  }
}
