package dev.koi.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** What a command says, told line by line with the name of what it is about in front. */
final class CommandOutput {

  private static final int MAX_LINE = 1000;
  private static final long MOST_MILLIS_TO_END = 2000;

  private final Reader in;
  private final String name;
  private final Console console;
  private final Thread thread;
  private volatile String firstLine = "";

  CommandOutput(InputStream in, String name, Console console) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.name = name;
    this.console = console;
    this.thread = new Thread(this::read, "koi-output-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    StringBuilder line = new StringBuilder(); // no longer than can be told, whatever comes
    try {
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          tell(line);
        } else if (line.length() < MAX_LINE) {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // closed, with the command's end
    }
    tell(line);
  }

  private void tell(StringBuilder line) {
    if (line.length() > 0) {
      String text = line.toString();
      if (firstLine.isEmpty()) {
        firstLine = text;
      }
      console.tell(name + ": " + text);
      line.setLength(0);
    }
  }

  /**
   * Waits for the last line, once the command has ended. Not for ever: something that the command
   * left running may hold its output open.
   */
  void await() throws InterruptedException {
    thread.join(MOST_MILLIS_TO_END);
  }

  /** Returns the first line that is not empty, if any. */
  String firstLine() {
    return firstLine;
  }
}
