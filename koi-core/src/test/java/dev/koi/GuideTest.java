package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.core.Koi;
import dev.koi.testkit.memory.InMemoryWorld;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    List<String> snippets = CodeBlock.of(GUIDE, "java");
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

    List<String> blocks = CodeBlock.of(GUIDE, "xml");
    assertThat(blocks).hasSize(2);
    assertThat(blocks.get(1).lines().map(String::strip)).allMatch(pom::contains);
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
    CodeBlock.compile("Guide", code.append("}").toString(), directory);
  }
}
