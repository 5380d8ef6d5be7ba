package dev.koi.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** The process: its streams, its environment and its end. */
public final class Main {

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Guice would make classes to save time in the long run, at the expense of a short command.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    Console console =
        new Console(
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            Screen.of(System.getProperties(), System.getenv()));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> console.tell("koi: unexpected, in thread " + thread.getName() + ": " + e));
    Optional<Path> home = Optional.ofNullable(System.getProperty("koi.home")).map(Path::of);
    int code = new KoiCommand(console, home, Clock.systemUTC()).run(args);
    System.exit(code);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }
}
