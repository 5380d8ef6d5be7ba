package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * {@code koi demo}: any command, on a simulated engine. The engine is a tool of koi-testkit, which
 * a distribution keeps apart from its class path, with its libraries: no other command needs it.
 * Everything behind the engine's socket is as with a real one.
 */
final class DemoCommand {

  private static final String ENGINE = "koi-simulated-engine";
  private static final long MAX_START_MILLIS = 60_000;

  private final Console console;
  private final Optional<Path> home;

  /** Runs a command line. */
  interface Runner {
    int run(Arguments arguments) throws UsageException, IOException, InterruptedException;
  }

  DemoCommand(Console console, Optional<Path> home) {
    this.console = console;
    this.home = home;
  }

  /** Prints the notice, and runs the command that follows the first word. */
  int run(Arguments arguments, String notice, Runner runner)
      throws UsageException, IOException, InterruptedException {
    ClassLoader loader = loader();
    ToolProvider engine = find(loader);
    Path directory = Files.createTempDirectory("koi");
    Path socket = directory.resolve("engine.sock");
    Thread cleaning = new Thread(() -> clean(directory, socket), "koi-clean");
    Runtime.getRuntime().addShutdownHook(cleaning); // faster than the end of a watch
    StringWriter errors = new StringWriter();
    CountDownLatch settled = new CountDownLatch(1); // it listens and has printed that, or has ended
    Writer output =
        new StringWriter() {
          @Override
          public void flush() {
            settled.countDown();
          }
        };
    Thread thread =
        new Thread(
            () -> {
              try {
                engine.run(
                    new PrintWriter(output),
                    new PrintWriter(errors),
                    "--socket",
                    socket.toString());
              } finally {
                settled.countDown();
              }
            },
            "koi-demo");
    thread.setContextClassLoader(loader);
    thread.setDaemon(true);
    thread.start();
    try {
      if (!settled.await(MAX_START_MILLIS, TimeUnit.MILLISECONDS) || !Files.exists(socket)) {
        throw new IOException("the simulated engine did not start: " + errors);
      }
      console.message(notice);
      return runner.run(onEngine(arguments, socket));
    } finally {
      thread.interrupt();
      thread.join(MAX_START_MILLIS);
      clean(directory, socket);
    }
  }

  private static void clean(Path directory, Path socket) {
    try {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // the system empties its directory for temporary files
    }
  }

  private ClassLoader loader() throws IOException {
    ClassLoader own = DemoCommand.class.getClassLoader();
    if (home.isEmpty()) {
      return own;
    }
    List<URL> jars = new ArrayList<>();
    for (String directory : List.of("lib/demo", "lib/serve")) {
      Path place = home.get().resolve(directory);
      if (Files.isDirectory(place)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "*.jar")) {
          for (Path jar : files) {
            jars.add(jar.toUri().toURL());
          }
        }
      }
    }
    return new URLClassLoader(jars.toArray(URL[]::new), own);
  }

  private static ToolProvider find(ClassLoader loader) throws IOException {
    for (ToolProvider tool : ServiceLoader.load(ToolProvider.class, loader)) {
      if (tool.name().equals(ENGINE)) {
        return tool;
      }
    }
    throw new IOException("no simulated engine: the jar of koi-testkit is missing in lib/demo");
  }

  private static Arguments onEngine(Arguments arguments, Path socket) {
    List<String> words = new ArrayList<>(arguments.words());
    words.remove(0);
    Map<String, String> settings = new LinkedHashMap<>(arguments.settings());
    settings.put("koi.backends.docker.enabled", "true");
    settings.put("koi.backends.docker.host", "unix://" + socket);
    // The machine may be busy with the start of both.
    settings.putIfAbsent("koi.backends.docker.connect-timeout", "30s");
    settings.putIfAbsent("koi.timing.connect", "1m");
    return arguments.on("docker", words.isEmpty() ? List.of("watch") : words, settings);
  }
}
