package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Runs commands in this process and keeps their output. */
final class TestKoi {

  static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Sink out = new Sink();
  private final Sink err = new Sink();
  private final List<String> settings = new ArrayList<>();
  private final Clock clock;
  private Optional<Path> home = Optional.empty();
  private Screen screen = Screen.NONE;

  TestKoi(Clock clock) {
    this.clock = clock;
  }

  /** Sets a setting for all commands. */
  void set(String key, Object value) {
    settings.addAll(List.of("--set", key + "=" + value));
  }

  /** Connects a backend to the socket of an engine, however busy the machine is. */
  void connect(String backend, Path socket) {
    set("koi.backends." + backend + ".host", "unix://" + socket);
    set("koi.backends." + backend + ".connect-timeout", "1m");
    set("koi.timing.connect", "1m");
  }

  void home(Path directory) {
    home = Optional.of(directory);
  }

  void screen(int columns, boolean messages) {
    screen = new Screen(columns, false, messages);
  }

  int run(String... command) {
    forgetOutput();
    return runOn(command);
  }

  private void forgetOutput() {
    out.reset();
    err.reset();
  }

  private int runOn(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(settings);
    Console console =
        new Console(new PrintStream(out, false, UTF_8), new PrintStream(err, false, UTF_8), screen);
    return new KoiCommand(console, new ProcessEnd(console), home, clock)
        .run(words.toArray(String[]::new));
  }

  /** Starts a command; what earlier commands printed is forgotten before it prints. */
  Thread start(String... command) {
    forgetOutput();
    Thread running = new Thread(() -> runOn(command), "test-koi");
    running.start();
    return running;
  }

  /** Lets the output lose its reader, as in a pipe, and awaits the end after the next line. */
  void end(Thread running, Runnable cause) throws InterruptedException {
    out.broken = true;
    cause.run();
    running.join(PATIENCE.toMillis());
    assertThat(running.isAlive()).isFalse();
    out.broken = false;
  }

  static void awaitTrue(Callable<Boolean> condition) {
    await().until(condition);
  }

  void awaitOut(String part) {
    await().untilAsserted(() -> assertThat(out()).contains(part));
  }

  String out() {
    return out.bytes.toString(UTF_8);
  }

  String err() {
    return err.bytes.toString(UTF_8);
  }

  private static final class Sink extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean broken;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] more, int from, int length) throws IOException {
      if (broken) {
        throw new IOException("Broken pipe");
      }
      bytes.write(more, from, length);
    }

    void reset() {
      bytes.reset();
    }
  }
}
