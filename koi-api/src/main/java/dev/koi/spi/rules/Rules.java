package dev.koi.spi.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The rules of {@code spec.md}, which the build puts beside this class. */
public final class Rules {

  private static final Pattern RULE =
      Pattern.compile("(?ms)^- \\*\\*([A-Z]-\\d+)\\*\\* (.+?)\\R  \\*Intent:");

  private Rules() {}

  /** {@return the sentence of each rule, in one line, by its id; in the order of the page} */
  public static Map<String, String> sentences() {
    Map<String, String> sentences = new LinkedHashMap<>();
    RULE.matcher(page())
        .results()
        .forEach(
            rule ->
                sentences.put(
                    rule.group(1), rule.group(2).replaceAll("\\s+", " ").replace("`", "")));
    return sentences;
  }

  private static String page() {
    try (InputStream page = Rules.class.getResourceAsStream("spec.md")) {
      return new String(page.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
