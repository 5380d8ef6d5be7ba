package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.core.Koi;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of koi-core/README.md compiles, and runs on a world in memory. */
@Timeout(120)
class GuideTest {

  private static final Path GUIDE = Path.of("README.md");

  @TempDir Path directory;

  @Test
  void everySnippetRuns() throws Exception {
    List<String> snippets = blocks("java");
    assertThat(snippets).hasSizeGreaterThan(7);
    compile(snippets);
    try (URLClassLoader loader =
            new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
        InMemoryWorld world = InMemoryWorld.open("guide");
        Koi koi = Koi.builder().entry("guide", Map.of("type", "in-memory")).only("guide").start()) {
      world.start("web");
      assertThat(koi.await(k -> !k.find("web").isEmpty(), Duration.ofMinutes(1))).isTrue();
      Class<?> guide = loader.loadClass("Guide");
      for (int i = 0; i < snippets.size(); i++) {
        Method snippet = guide.getDeclaredMethod("snippet" + i, Koi.class);
        snippet.setAccessible(true);
        snippet.invoke(null, koi);
      }
    }
  }

  /** The test of the consumer's shaded jar uses what the guide shows. */
  @Test
  void theTransformersAreThoseOfTheShadedJar() throws Exception {
    String pom = Files.readString(Path.of("src/it/consumer/pom.xml"), UTF_8);

    assertThat(blocks("xml")).hasSize(2);
    assertThat(blocks("xml").get(1).lines().map(String::strip)).allMatch(pom::contains);
  }

  private void compile(List<String> snippets) {
    StringBuilder code =
        new StringBuilder(
            """
            import com.google.inject.*;
            import com.typesafe.config.*;
            import dev.koi.*;
            import dev.koi.RuntimeEvent.*;
            import dev.koi.core.*;
            import dev.koi.testkit.memory.*;
            import io.micrometer.core.instrument.*;
            import io.micrometer.core.instrument.simple.*;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;
            class Guide {
            """);
    for (int i = 0; i < snippets.size(); i++) {
      String given = snippets.get(i).contains("Koi koi") ? "given" : "koi";
      code.append("static void snippet%d(Koi %s) throws Exception {%n".formatted(i, given));
      code.append(snippets.get(i)).append("}\n");
    }
    String all = code.append("}").toString();
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Guide.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return all;
          }
        };
    StringWriter errors = new StringWriter();
    List<String> options = List.of("-proc:none", "-d", directory.toString());
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .getTask(errors, null, null, options, null, List.of(source))
                .call())
        .as(errors.toString())
        .isTrue();
  }

  private static List<String> blocks(String language) throws Exception {
    return Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```$")
        .matcher(Files.readString(GUIDE, UTF_8))
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
