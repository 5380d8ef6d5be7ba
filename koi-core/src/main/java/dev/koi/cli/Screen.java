package dev.koi.cli;

import java.util.Map;
import java.util.Properties;

/**
 * What the two streams lead to. The start script knows, as a shell finds it out for less than Java
 * can, and says so in the properties {@code koi.terminal.out} and {@code koi.terminal.err}: the
 * width of a terminal.
 *
 * @param columns of the terminal that results go to; 0 if it is none, and nothing is to be cut
 * @param colours whether it has colours, and the user likes them
 * @param notes columns of the terminal that notes go to, on which they may be erased; 0 if none
 */
record Screen(int columns, boolean colours, int notes) {

  static final Screen NONE = new Screen(0, false, 0);

  private static final int USUAL_COLUMNS = 80;

  static Screen of(Properties properties, Map<String, String> environment) {
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean colourless = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    int out = columns(properties.getProperty("koi.terminal.out"));
    int err = columns(properties.getProperty("koi.terminal.err"));
    return new Screen(out, out > 0 && !dumb && !colourless, dumb ? 0 : err);
  }

  private static int columns(String text) {
    if (text == null) {
      return 0;
    }
    try {
      int columns = Integer.parseInt(text);
      return columns > 0 ? columns : USUAL_COLUMNS;
    } catch (NumberFormatException e) {
      return USUAL_COLUMNS; // a terminal that does not tell
    }
  }

  Screen withoutColours() {
    return new Screen(columns, false, notes);
  }
}
