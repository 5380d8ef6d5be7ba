package dev.koi.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sentences of {@code spec.md}, which the build puts beside this class. */
public final class Rules {

  private Rules() {}

  /** Returns the sentence of a rule, in one line. */
  public static String sentence(String rule) {
    Matcher found =
        Pattern.compile("(?ms)^- \\*\\*" + rule + "\\*\\* (.+?)\\R  \\*Intent:").matcher(page());
    return found.find() ? found.group(1).replaceAll("\\s+", " ").replace("`", "") : rule;
  }

  private static String page() {
    try (InputStream page = Rules.class.getResourceAsStream("spec.md")) {
      return new String(page.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
