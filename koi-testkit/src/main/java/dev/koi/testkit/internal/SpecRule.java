package dev.koi.testkit.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * A rule of {@code spec.md}, which the build puts beside this class.
 *
 * @param check what to look at when it is broken, from {@code checks.properties}; null if nothing
 *     checks it
 */
record SpecRule(String id, String sentence, String check) {

  private static final Pattern RULE =
      Pattern.compile("(?ms)^- \\*\\*([A-Z]-\\d+)\\*\\* (.+?)\\R  \\*Intent:");

  private static final List<SpecRule> ALL = read();

  /** Returns every rule, in the order of the page. */
  static List<SpecRule> all() {
    return ALL;
  }

  static SpecRule of(String id) {
    return ALL.stream().filter(rule -> rule.id.equals(id)).findFirst().orElseThrow();
  }

  /** Returns the message of a failure. */
  String broken(String found) {
    return "[%s] %s%n  Found: %s%n  If this fails, check %s."
        .formatted(id, sentence, found.strip().replace("\n", "\n    "), check);
  }

  private static List<SpecRule> read() {
    try {
      Properties checks = new Properties();
      checks.load(new StringReader(resource("checks.properties")));
      return RULE.matcher(resource("spec.md"))
          .results()
          .map(it -> new SpecRule(it.group(1), plain(it.group(2)), checks.getProperty(it.group(1))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream file = SpecRule.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String plain(String sentence) {
    return sentence.replaceAll("\\s+", " ").replace("`", "");
  }
}
