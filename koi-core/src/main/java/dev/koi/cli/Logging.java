package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Prints log records as messages: warnings, and with {@code -v} what Koi does. */
final class Logging {

  private Logging() {}

  static void configure(Console console, boolean verbose) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(verbose ? Level.INFO : Level.WARNING);
    root.addHandler(new ConsoleHandler(console, verbose));
    KOI.setLevel(verbose ? Level.FINE : Level.WARNING);
    CONFIGURATION.setLevel(verbose ? Level.FINE : Level.SEVERE); // the command reports it itself
    JETTY.setLevel(Level.SEVERE); // it warns of requests, and strangers send as many as they like
    DBUS.setLevel(Level.OFF); // Koi reports the end of a connection itself
    JMDNS.setLevel(Level.SEVERE); // it warns of packets of others
    JETTY_FAILURES.forEach(logger -> logger.setLevel(Level.WARNING));
  }

  /** Prints a message and, with {@code traced}, where the exception was thrown and its causes. */
  static void print(Console console, String message, Throwable thrown, boolean traced) {
    StringWriter text = new StringWriter();
    if (traced) {
      thrown.printStackTrace(new PrintWriter(text));
    }
    List<String> lines = new ArrayList<>(text.toString().replace("\t", "    ").lines().toList());
    lines.subList(0, Math.min(1, lines.size())).clear(); // repeats the exception
    lines.add(0, message + ": " + thrown);
    console.message(lines.toArray(String[]::new));
  }

  // Fields, or the loggers could be collected and their levels lost.
  private static final Logger KOI = Logger.getLogger("dev.koi");
  private static final Logger CONFIGURATION = Logger.getLogger("dev.koi.configuration");
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private static final Logger DBUS = Logger.getLogger("org.freedesktop.dbus");
  private static final Logger JMDNS = Logger.getLogger("javax.jmdns");

  /** Those of the server itself: it cannot accept connections, or wait for them. */
  private static final List<Logger> JETTY_FAILURES =
      List.of(
          Logger.getLogger("org.eclipse.jetty.server.AbstractConnector"),
          Logger.getLogger("org.eclipse.jetty.io.ManagedSelector"));

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
      String text = "koi: " + entry.getLevel() + " " + getFormatter().formatMessage(entry);
      if (entry.getThrown() == null) {
        console.message(text);
      } else {
        print(console, text, entry.getThrown(), stackTraces);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
