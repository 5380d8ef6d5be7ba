package dev.koi.testkit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Everything logged, at every level, and printed while this is open. */
final class Overheard extends Handler implements AutoCloseable {

  private final Logger root = Logger.getLogger("");
  private final Level level = root.getLevel();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream heard = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  Overheard() {
    setFormatter(new SimpleFormatter());
    root.addHandler(this);
    root.setLevel(Level.ALL);
    System.setOut(heard);
    System.setErr(heard);
  }

  @Override
  public void publish(LogRecord record) {
    heard.print(getFormatter().format(record));
  }

  @Override
  public void flush() {}

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    System.setOut(out);
    System.setErr(err);
    root.setLevel(level);
    root.removeHandler(this);
  }
}
