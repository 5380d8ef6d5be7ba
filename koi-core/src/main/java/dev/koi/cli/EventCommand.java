package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.cli.terminal.Console;
import dev.koi.core.wire.WireFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The command of {@code koi watch --exec}: a shell runs it for an event, with the event as JSON on
 * standard input and in short in {@code KOI_*} variables.
 */
final class EventCommand implements AutoCloseable {

  private static final int MAX_LINE = 1000;
  private static final int MAX_LINES = 1000; // of one run
  private static final int MAX_VARIABLE = 4096; // a kernel takes 128 KiB, all of them share 2 MiB
  private static final long MAX_OUTPUT_WAIT_MILLIS = 2000;
  private static final Duration GRACE = Duration.ofMillis(500);
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private final String command;
  private final Duration timeout;
  private final Console console;

  private final Object lock = new Object();
  private final Set<Process> running = new HashSet<>(); // guarded by lock
  private boolean closed; // guarded by lock

  EventCommand(String command, Duration timeout, Console console) {
    this.command = command;
    this.timeout = timeout;
    this.console = console;
  }

  /** Runs the command for one event; prints its output, and why it failed if it did. */
  void run(RuntimeEvent event) {
    Instance instance = ExecQueue.instance(event);
    String name = event.backend() + (instance == null ? "" : "/" + instance.name());
    try {
      Path input = Files.createTempFile("koi", ".json"); // unlike a pipe, a file never blocks
      try {
        Files.writeString(input, WireFormat.json(event) + "\n");
        run(event, name, input);
      } finally {
        Files.deleteIfExists(input);
      }
    } catch (IOException e) {
      console.message("koi: " + name + ": the command cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Koi ends
    }
  }

  private void run(RuntimeEvent event, String name, Path input)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(WINDOWS ? "cmd" : "sh", WINDOWS ? "/c" : "-c", command)
            .redirectInput(input.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(variables(event));
    Process process;
    synchronized (lock) {
      if (closed) {
        return;
      }
      process = builder.start();
      running.add(process);
    }
    if (!WINDOWS) {
      Files.deleteIfExists(input); // the process has it open; labels in it outlive no killed Koi
    }
    Thread output = new Thread(() -> copy(process.getInputStream(), name), "koi-output-" + name);
    output.setDaemon(true);
    output.start();
    try {
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        kill(List.of(process));
      }
      output.join(MAX_OUTPUT_WAIT_MILLIS); // a process that it has left may keep it open
      if (!ended || process.exitValue() != 0) {
        printFailure(
            name + ": the command for '" + event.type() + "'",
            ended
                ? "failed with exit code " + process.exitValue()
                : "took longer than " + timeout.toSeconds() + " s and was killed");
      }
    } finally {
      kill(List.of(process));
      synchronized (lock) {
        running.remove(process);
      }
    }
  }

  private void printFailure(String what, String outcome) {
    synchronized (lock) {
      if (closed) {
        return; // this process has killed it
      }
    }
    console.message("koi: " + what + " " + outcome);
  }

  /** Prints the output line by line; drops the rest of very long lines, and of very many. */
  private void copy(InputStream output, String name) {
    StringBuilder line = new StringBuilder();
    int lines = 0;
    try (Reader in = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          lines += print(name, line, lines);
        } else if (line.length() < MAX_LINE) {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // the command has ended
    }
    print(name, line, lines);
  }

  /** Returns how many lines were printed. */
  private int print(String name, StringBuilder line, int before) {
    String text = line.toString();
    line.setLength(0);
    if (text.isEmpty() || before > MAX_LINES) {
      return 0;
    }
    console.message(
        before == MAX_LINES
            ? "koi: " + name + ": the rest of the command's output is not shown"
            : name + ": " + text);
    return 1;
  }

  /** Returns all variables, also the empty ones, so that none is inherited. */
  private static Map<String, String> variables(RuntimeEvent event) {
    Instance instance = ExecQueue.instance(event);
    boolean is = instance != null;
    return Map.ofEntries(
        variable("KOI_EVENT", event.type()),
        variable("KOI_TIME", event.time().toString()),
        variable("KOI_BACKEND", event.backend()),
        variable("KOI_ID", is ? instance.id() : ""),
        variable("KOI_NAME", is ? instance.name() : ""),
        variable("KOI_CONTAINER_NAME", is ? instance.containerName() : ""),
        variable("KOI_IMAGE", is ? instance.image().orElse("") : ""),
        variable("KOI_STATE", is ? instance.state().wireName() : ""),
        variable("KOI_HEALTH", is ? instance.health().wireName() : ""),
        variable("KOI_IPS", is ? String.join(",", instance.ips()) : ""),
        variable(
            "KOI_CHANGED",
            event instanceof RuntimeEvent.Updated updated
                ? String.join(",", updated.changed())
                : ""),
        variable(
            "KOI_REASON",
            event instanceof RuntimeEvent.BackendDisconnected lost ? lost.reason() : ""));
  }

  /** Cuts a value to what an environment can hold. */
  private static Map.Entry<String, String> variable(String name, String value) {
    String possible = value.replace("\0", "");
    return Map.entry(name, possible.substring(0, Math.min(possible.length(), MAX_VARIABLE)));
  }

  /** Kills what runs, and runs nothing any more; takes less than a second. */
  @Override
  public void close() {
    List<Process> last;
    synchronized (lock) {
      closed = true;
      last = List.copyOf(running);
    }
    try {
      kill(last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Terminates processes and their descendants; kills those that do not end in time. */
  private static void kill(Collection<Process> processes) throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process process : processes) {
      if (process.isAlive()) { // otherwise its children belong to init
        all.add(process.toHandle()); // first, because a shell reports the end of a child
        process.descendants().forEach(all::add);
      }
    }
    all.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + GRACE.toNanos();
    try {
      for (Process process : processes) {
        process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } finally {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
