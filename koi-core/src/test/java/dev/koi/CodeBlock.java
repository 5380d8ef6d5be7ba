package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A block of a page, between fences; its mark is a comment before it, and empty for none. */
public record CodeBlock(String mark, String language, String text) {

  private static final Pattern FENCED =
      Pattern.compile("(?ms)(?:^<!-- ([a-z0-9. -]+) -->\\R)?^```([a-z]*)\\R(.*?)^```$");

  /** Returns what the blocks of a page in that language say. */
  public static List<String> of(Path page, String language) throws IOException {
    return all(page).stream()
        .filter(block -> block.language.equals(language))
        .map(CodeBlock::text)
        .toList();
  }

  static List<CodeBlock> all(Path page) throws IOException {
    return FENCED
        .matcher(Files.readString(page, UTF_8))
        .results()
        .map(m -> new CodeBlock(m.group(1) == null ? "" : m.group(1), m.group(2), m.group(3)))
        .toList();
  }

  /** Compiles a class of that name into a directory. */
  static void compile(String name, String code, Path directory) {
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
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
}
