package dev.koi.cli.terminal;

import java.util.Map;
import java.util.Properties;

/**
 * The terminals of standard output and standard error. The start script tests for terminals,
 * because a shell does so faster than Java, and passes their width in the properties {@code
 * koi.terminal.out} and {@code koi.terminal.err}.
 *
 * @param columns the width for results; 0 if they go to no terminal and must not be cut
 * @param colours whether results are coloured
 * @param messages whether messages go to a terminal
 */
public record Screen(int columns, boolean colours, boolean messages) {

  /** No terminal. */
  public static final Screen NONE = new Screen(0, false, false);

  private static final int DEFAULT_COLUMNS = 80;

  /** Returns the screen of this process. */
  public static Screen of(Properties properties, Map<String, String> environment) {
    String out = properties.getProperty("koi.terminal.out");
    boolean colours =
        !environment.getOrDefault("TERM", "dumb").equals("dumb")
            && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Screen(
        out == null ? 0 : columns(out),
        out != null && colours,
        properties.containsKey("koi.terminal.err"));
  }

  private static int columns(String text) {
    try {
      int columns = Integer.parseInt(text);
      return columns > 0 ? columns : DEFAULT_COLUMNS;
    } catch (NumberFormatException e) {
      return DEFAULT_COLUMNS; // a terminal of unknown width
    }
  }

  Screen withoutColours() {
    return new Screen(columns, false, messages);
  }
}
