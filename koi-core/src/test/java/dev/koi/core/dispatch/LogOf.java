package dev.koi.core.dispatch;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Collects what is logged. */
public final class LogOf extends Handler {

  private final List<LogRecord> records;

  /** Adds to that list. */
  public LogOf(List<LogRecord> records) {
    this.records = records;
  }

  @Override
  public void publish(LogRecord line) {
    records.add(line);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
