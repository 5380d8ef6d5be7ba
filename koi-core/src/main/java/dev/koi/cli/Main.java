package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Output;
import dev.koi.cli.terminal.Screen;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** The process of the {@code koi} command. */
public final class Main {

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Classes generated at run time would cost a short command more than they save.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    // Else Java would read its logging.properties, which Koi then resets.
    System.setProperty("java.util.logging.config.class", "java.lang.Object");
    // Else Java would read its table of file types to open a reference.conf.
    URLConnection.setFileNameMap(file -> null);
    Output results = new Output(new FileOutputStream(FileDescriptor.out));
    Console console =
        new Console(
            new PrintStream(results, false, StandardCharsets.UTF_8),
            new PrintStream(
                new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8),
            Screen.of(System.getProperties(), System.getenv()));
    System.setOut(System.err); // a backend's prints must not get into Koi's results
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) ->
            console.message("koi: unexpected, in thread " + thread.getName() + ": " + e));
    ProcessEnd end = new ProcessEnd(console);
    end.install();
    Optional<Path> home = Optional.ofNullable(System.getProperty("koi.home")).map(Path::of);
    int code = new KoiCommand(console, end, home, Clock.systemUTC()).run(args);
    Optional<String> failure = results.failure();
    failure.ifPresent(
        reason -> console.message("koi: standard output cannot be written to: " + reason));
    end.exit(failure.isPresent() ? ExitCode.FAILURE : code);
  }
}
