package dev.koi.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
import java.util.spi.ToolProvider;

/**
 * {@code koi demo}: any command, on a simulated engine instead of a real one. The engine is a tool
 * of koi-testkit, which lies apart from the class path of a distribution: it is big, and no other
 * command needs it. The pipeline behind its socket is the real one.
 */
final class DemoCommand {

  private static final String ENGINE = "koi-simulated-engine";
  private static final long MOST_MILLIS_TO_START = 10_000;

  private final Console console;
  private final Optional<Path> home;

  /** Runs a command as if it had been given without "demo". */
  interface Rest {
    int run(Arguments arguments) throws UsageException, IOException, InterruptedException;
  }

  DemoCommand(Console console, Optional<Path> home) {
    this.console = console;
    this.home = home;
  }

  int run(Arguments arguments, Rest rest) throws UsageException, IOException, InterruptedException {
    ClassLoader loader = loader();
    ToolProvider engine = find(loader);
    Path directory = Files.createTempDirectory("koi");
    Path socket = directory.resolve("engine.sock");
    Thread cleaning = new Thread(() -> clean(directory, socket), "koi-clean");
    Runtime.getRuntime().addShutdownHook(cleaning); // done long before a watch has been closed
    StringWriter complaints = new StringWriter();
    Thread thread =
        new Thread(
            () ->
                engine.run(
                    new PrintWriter(new StringWriter()),
                    new PrintWriter(complaints),
                    "--socket",
                    socket.toString()),
            "koi-demo");
    thread.setContextClassLoader(loader);
    thread.setDaemon(true);
    thread.start();
    try {
      awaitSocket(socket, thread, complaints);
      console.tell("koi: this is a simulated engine; its containers come and go by themselves");
      return rest.run(onEngine(arguments, socket));
    } finally {
      thread.interrupt();
      thread.join(MOST_MILLIS_TO_START);
      clean(directory, socket);
    }
  }

  private static void clean(Path directory, Path socket) {
    try {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // it lies where the system cleans up
    }
  }

  private ClassLoader loader() throws IOException {
    ClassLoader own = DemoCommand.class.getClassLoader();
    if (home.isEmpty()) {
      return own;
    }
    List<URL> jars = new ArrayList<>();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(home.get().resolve("lib/demo"), "*.jar")) {
      for (Path jar : found) {
        jars.add(jar.toUri().toURL());
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
    throw new IOException("there is no simulated engine: koi-testkit's jar is missing");
  }

  private static void awaitSocket(Path socket, Thread thread, StringWriter complaints)
      throws IOException, InterruptedException {
    long deadline = System.currentTimeMillis() + MOST_MILLIS_TO_START;
    while (!Files.exists(socket)) {
      if (!thread.isAlive() || System.currentTimeMillis() > deadline) {
        throw new IOException("the simulated engine did not start: " + complaints);
      }
      Thread.sleep(10);
    }
  }

  private static Arguments onEngine(Arguments arguments, Path socket) {
    List<String> words = new ArrayList<>(arguments.words());
    words.remove(0);
    Map<String, String> settings = new LinkedHashMap<>(arguments.settings());
    settings.put("koi.backends.docker.host", "unix://" + socket);
    // It starts with Koi, on a machine that may be busy with just that.
    settings.putIfAbsent("koi.backends.docker.connect-timeout", "30s");
    settings.putIfAbsent("koi.timing.connect", "1m");
    return arguments.on("docker", words.isEmpty() ? List.of("watch") : words, settings);
  }
}
