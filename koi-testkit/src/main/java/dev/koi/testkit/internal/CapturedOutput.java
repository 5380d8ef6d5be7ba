package dev.koi.testkit.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Everything that the process logs, at every level, or prints while this is open. */
final class CapturedOutput extends Handler implements AutoCloseable {

  private static final Semaphore TURN = new Semaphore(1); // there is one System.out

  private final Logger root = Logger.getLogger("");
  private final Level level;
  private final PrintStream out;
  private final PrintStream err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  CapturedOutput() throws InterruptedException {
    TURN.acquire();
    level = root.getLevel();
    out = System.out;
    err = System.err;
    setFormatter(new SimpleFormatter());
    root.addHandler(this);
    root.setLevel(Level.ALL);
    System.setOut(captured);
    System.setErr(captured);
  }

  @Override
  public void publish(LogRecord record) {
    captured.print(getFormatter().format(record));
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
    TURN.release();
  }
}
