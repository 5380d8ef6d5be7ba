package dev.koi.podman;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads TOML as far as Podman's containers.conf needs it: tables, texts and truth values, whatever
 * the form. All other values are passed over.
 */
final class Toml {

  private static final Pattern BLANKS = Pattern.compile("[ \\t]*(?:#[^\\n]*)?");
  private static final Pattern LINE_END = Pattern.compile("\\r?\\n|\\z");
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern SCALAR =
      Pattern.compile(
          "true|false|[+-]?(?:inf|nan|[0-9][A-Za-z0-9_+.:-]*(?: [0-9]{2}:[0-9:.Z+-]+)?)");
  private static final Pattern LONG_TEXT =
      Pattern.compile("\"\"\".*?\"\"\"|'''.*?'''", Pattern.DOTALL);
  private static final Pattern TEXT =
      Pattern.compile("\"([^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+)\"|'([^'\\n]*+)'");

  private final String text;
  private int at;

  private Toml(String text) {
    this.text = text;
  }

  /**
   * Returns the document as a tree of tables.
   *
   * @throws IOException if it is no TOML; names the line and quotes nothing
   */
  static Map<String, Object> parse(String text) throws IOException {
    Toml toml = new Toml(text);
    try {
      return toml.document();
    } catch (IllegalArgumentException | StackOverflowError e) {
      long line = text.substring(0, toml.at).chars().filter(c -> c == '\n').count() + 1;
      throw new IOException("is no valid TOML (line " + line + ")");
    }
  }

  private Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    Map<String, Object> table = document;
    for (skipLines(); at < text.length(); skipLines()) {
      if (has("[[")) {
        key(); // of a list of tables, which Podman has nowhere
        require("]]");
        table = new LinkedHashMap<>();
      } else if (has("[")) {
        table = table(document, key());
        require("]");
      } else {
        member(table);
      }
      take(BLANKS);
      require(take(LINE_END));
    }
    return document;
  }

  private void member(Map<String, Object> table) {
    List<String> key = key();
    require("=");
    take(BLANKS);
    int last = key.size() - 1;
    table(table, key.subList(0, last)).put(key.get(last), value());
  }

  @SuppressWarnings("unchecked") // every map in here is made here
  private static Map<String, Object> table(Map<String, Object> from, List<String> path) {
    Map<String, Object> table = from;
    for (String name : path) {
      if (!(table.computeIfAbsent(name, any -> new LinkedHashMap<>()) instanceof Map<?, ?> inner)) {
        throw new IllegalArgumentException("a table has the name of a value");
      }
      table = (Map<String, Object>) inner;
    }
    return table;
  }

  private List<String> key() {
    List<String> key = new ArrayList<>();
    do {
      take(BLANKS);
      Matcher bare = take(BARE);
      key.add(bare == null ? shortText() : bare.group());
      take(BLANKS);
    } while (has("."));
    return key;
  }

  private Object value() {
    if (has("[")) {
      for (skipLines(); !has("]"); skipLines()) {
        value();
        separator("]");
      }
      return List.of();
    }
    if (has("{")) {
      Map<String, Object> table = new LinkedHashMap<>();
      for (skipLines(); !has("}"); skipLines()) {
        member(table);
        separator("}");
      }
      return table;
    }
    if (take(LONG_TEXT) != null) {
      return 0;
    }
    Matcher scalar = take(SCALAR);
    return scalar == null ? shortText() : scalar.group().equals("true") ? (Object) true : 0;
  }

  private String shortText() {
    Matcher found = require(take(TEXT));
    return found.group(2) == null
        ? found.group(1).replaceAll("\\\\([\"\\\\])", "$1") // Podman writes no other escapes
        : found.group(2);
  }

  private void separator(String end) {
    skipLines();
    if (!text.startsWith(end, at)) {
      require(",");
    }
  }

  private void skipLines() {
    do {
      take(BLANKS);
    } while (at < text.length() && take(LINE_END) != null);
  }

  private boolean has(String token) {
    boolean has = text.startsWith(token, at);
    at += has ? token.length() : 0;
    return has;
  }

  private void require(String token) {
    if (!has(token)) {
      throw new IllegalArgumentException("missing " + token);
    }
  }

  private static Matcher require(Matcher token) {
    if (token == null) {
      throw new IllegalArgumentException("unexpected character");
    }
    return token;
  }

  /** Returns the token that begins here and goes on behind it; {@code null} if there is none. */
  private Matcher take(Pattern token) {
    Matcher matcher = token.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher;
  }
}
