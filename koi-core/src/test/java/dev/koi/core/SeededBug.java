package dev.koi.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A bug that is not in the code, as {@code seeded-bugs.txt} describes it there.
 *
 * @param title what is wrong
 * @param edits by the class that has them
 * @param test that must notice: a class below dev.koi, and a method of it after a #
 */
record SeededBug(String title, Map<String, List<Edit>> edits, String test) {

  /** One text in place of another; how the lines are broken does not matter. */
  record Edit(String before, String after) {

    String applyTo(String source, String type) {
      Matcher places =
          Pattern.compile(
                  Stream.of(before.split(" +", -1))
                      .map(Pattern::quote)
                      .collect(Collectors.joining("\\s+")))
              .matcher(source);
      if (places.results().count() != 1) {
        throw new AssertionError(
            "%s does not have exactly one '%s'; mend seeded-bugs.txt".formatted(type, before));
      }
      return places.replaceFirst(Matcher.quoteReplacement(after));
    }
  }

  /** Reads them all. */
  static List<SeededBug> all() throws IOException {
    try (InputStream text = SeededBug.class.getResourceAsStream("seeded-bugs.txt")) {
      String bugs = new String(text.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(bugs.split("(?m)^== ", -1)).skip(1).map(SeededBug::read).toList();
    }
  }

  private static SeededBug read(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    Map<String, List<Edit>> edits = new LinkedHashMap<>();
    List<Edit> ofClass = new ArrayList<>();
    String before = "";
    String test = "";
    for (String line : lines.subList(1, lines.size())) {
      String rest = line.substring(line.indexOf(' ') + 1).strip();
      switch (line.charAt(0)) {
        case 'i' -> {
          ofClass = new ArrayList<>();
          edits.put(rest, ofClass);
        }
        case '-' -> before = rest;
        case '+' -> ofClass.add(new Edit(before, line.equals("+") ? "" : rest));
        case '>' -> test = rest;
        default -> throw new AssertionError("seeded-bugs.txt: " + line);
      }
    }
    return new SeededBug(lines.get(0), edits, test);
  }

  /** Compiles the classes that have the bug into that directory. */
  void compileInto(Path directory) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Source> sources = new ArrayList<>();
    for (Map.Entry<String, List<Edit>> ofClass : edits.entrySet()) {
      sources.add(source(ofClass.getKey(), ofClass.getValue()));
    }
    StringWriter errors = new StringWriter();
    List<String> options =
        List.of("-proc:none", "-nowarn", "--release", "17", "-d", directory.toString());
    if (!compiler.getTask(errors, null, null, options, null, sources).call()) {
      throw new AssertionError(title + " does not compile; mend seeded-bugs.txt: " + errors);
    }
  }

  private static Source source(String type, List<Edit> edits) throws IOException {
    String path = "src/main/java/dev/koi/" + type.replace('.', '/') + ".java";
    for (String module : List.of("koi-core", "koi-docker")) {
      Path file = Path.of("..", module).resolve(path);
      if (Files.exists(file)) {
        String text = Files.readString(file);
        for (Edit edit : edits) {
          text = edit.applyTo(text, type);
        }
        return new Source(file.toUri(), text);
      }
    }
    throw new AssertionError("there is no class " + type + "; mend seeded-bugs.txt");
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(URI file, String text) {
      super(file, Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
