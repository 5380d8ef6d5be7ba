package dev.koi.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's code compiles. A test of koi-core follows its steps. */
class ReadmeIT {

  @TempDir Path directory;

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
