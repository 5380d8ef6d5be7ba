package dev.koi.testkit.internal;

import dev.koi.spi.rules.Rules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/**
 * A rule of {@code spec.md}.
 *
 * @param check what to look at when it is broken, from {@code checks.properties}; null if nothing
 *     checks it
 */
record SpecRule(String id, String sentence, String check) {

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
    try (InputStream file = SpecRule.class.getResourceAsStream("checks.properties")) {
      Properties checks = new Properties();
      checks.load(file);
      return Rules.sentences().entrySet().stream()
          .map(it -> new SpecRule(it.getKey(), it.getValue(), checks.getProperty(it.getKey())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
