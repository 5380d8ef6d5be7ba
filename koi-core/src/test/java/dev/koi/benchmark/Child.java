package dev.koi.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A child process whose output is read line by line, and what Linux accounts it. */
final class Child implements AutoCloseable {
  private static final String END = "\0end";

  private final Process process;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final PrintStream input;

  /** A line of output, and when it was read. */
  record Line(String text, long nanos) {}

  /** Starts a command, whose errors go to the benchmark's own. */
  static Child start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new Child(builder.start());
  }

  /** Starts a main class of the benchmark on that class path. */
  static Child java(
      String classPath, Map<String, String> environment, Class<?> main, Object... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    String options = System.getenv("KOI_BENCHMARK_JAVA_OPTS");
    if (options != null) {
      command.addAll(List.of(options.split(" ", -1)));
    }
    command.addAll(List.of("-cp", classPath, main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return start(command, environment);
  }

  private Child(Process process) {
    this.process = process;
    input = new PrintStream(process.getOutputStream(), true, UTF_8);
    Thread reader = new Thread(this::read, "child-output");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(new Line(line, Watcher.nanos(Instant.now())));
      }
    } catch (IOException e) {
      // closed
    }
    lines.add(new Line(END, 0));
  }

  void tell(String command) {
    input.println(command);
  }

  /** Ends its input. */
  void end() {
    input.close();
  }

  /** Returns the next line; none within that many seconds, or the process's end, is a failure. */
  Line next(int seconds) throws InterruptedException {
    Line line = lines.poll(seconds, TimeUnit.SECONDS);
    if (line == null || line.text().equals(END)) {
      throw new IllegalStateException(
          (line == null ? "no output within " + seconds + " s from " : "unexpected end of ")
              + process.info().commandLine().orElse("a child"));
    }
    return line;
  }

  /** Returns the next line if one has been read. */
  Line poll() {
    Line line = lines.poll();
    if (line != null && line.text().equals(END)) {
      throw new IllegalStateException("unexpected end of a child");
    }
    return line;
  }

  /** Returns what is left of the output when the process has ended. */
  List<String> await() throws InterruptedException {
    List<String> texts = new ArrayList<>();
    for (Line line = lines.take(); !line.text().equals(END); line = lines.take()) {
      texts.add(line.text());
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          process.info().commandLine().orElse("a child") + " failed: " + texts);
    }
    return texts;
  }

  /** Returns its processor time so far, in ms. */
  long processorMillis() throws IOException {
    String[] stat = Files.readString(proc("stat")).replaceFirst(".*\\) ", "").split(" ", -1);
    return (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) * 10;
  }

  /** Returns its resident memory, in MB. */
  double megabytes() throws IOException {
    return Math.rint(status(proc("status"), "VmRSS") / 1024.0);
  }

  /** Returns the names of its threads, of which Linux keeps 15 characters. */
  Map<Path, String> threads() throws IOException {
    return ofEachThread(task -> Files.readString(task.resolve("comm")).strip());
  }

  /** Returns how often each of its present threads has been switched to. */
  Map<Path, Long> contextSwitches() throws IOException {
    return ofEachThread(
        task ->
            status(task.resolve("status"), "voluntary_ctxt_switches")
                + status(task.resolve("status"), "nonvoluntary_ctxt_switches"));
  }

  private interface Fact<T> {
    T of(Path task) throws IOException;
  }

  private <T> Map<Path, T> ofEachThread(Fact<T> fact) throws IOException {
    Map<Path, T> facts = new HashMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(proc("task"))) {
      for (Path task : tasks) {
        try {
          facts.put(task, fact.of(task));
        } catch (IOException e) {
          // the thread has ended
        }
      }
    }
    return facts;
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  private static long status(Path file, String key) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(key + ":")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no " + key + " in " + file);
  }

  @Override
  public void close() {
    input.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
