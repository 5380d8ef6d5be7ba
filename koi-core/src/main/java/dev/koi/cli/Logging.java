package dev.koi.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Sends what is logged to the console: warnings, or with {@code -v} Koi's own doings as well. */
final class Logging {

  private Logging() {}

  static void configure(Console console, boolean verbose) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(verbose ? Level.INFO : Level.WARNING);
    root.addHandler(new ConsoleHandler(console, verbose));
    KOI.setLevel(verbose ? Level.FINE : Level.WARNING);
    CONFIGURATION.setLevel(verbose ? Level.FINE : Level.SEVERE); // the command reports it itself
    JETTY.setLevel(Level.WARNING); // tells of every start of the simulated engine
  }

  /** Tells where something was thrown; what it is has been told. */
  static void tellTrace(Console console, Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    trace.toString().lines().skip(1).forEach(console::tell);
  }

  // Held, or they could be collected and their levels with them.
  private static final Logger KOI = Logger.getLogger("dev.koi");
  private static final Logger CONFIGURATION = Logger.getLogger("dev.koi.configuration");
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private static final class ConsoleHandler extends Handler {
    private final Console console;
    private final boolean stackTraces;

    ConsoleHandler(Console console, boolean stackTraces) {
      this.console = console;
      this.stackTraces = stackTraces;
      setFormatter(new SimpleFormatter());
    }

    @Override
    public void publish(LogRecord entry) {
      String cause = entry.getThrown() == null ? "" : ": " + entry.getThrown();
      console.tell("koi: " + entry.getLevel() + " " + getFormatter().formatMessage(entry) + cause);
      if (stackTraces && entry.getThrown() != null) {
        tellTrace(console, entry.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
