package dev.koi.docker.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The warnings that one class writes to the log, until this is closed. */
final class Warnings extends Handler implements AutoCloseable {

  private final Logger logger; // kept, because java.util.logging would forget it
  final List<String> texts = new CopyOnWriteArrayList<>();

  Warnings(String name) {
    logger = Logger.getLogger(name);
    logger.addHandler(this);
  }

  @Override
  public void publish(LogRecord entry) {
    if (entry.getLevel().equals(Level.WARNING)) {
      texts.add(entry.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
