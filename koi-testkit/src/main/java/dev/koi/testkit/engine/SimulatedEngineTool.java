package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;

/**
 * The tool {@code koi-simulated-engine --socket PATH [--dialect docker|podman]}: an engine whose
 * believable containers keep changing, until the calling thread is interrupted.
 */
public final class SimulatedEngineTool implements ToolProvider {
  private static final String USAGE =
      "usage: koi-simulated-engine --socket PATH [--dialect docker|podman]";
  private static final long PAUSE_MILLIS = 1200;

  /** For the service loader. */
  public SimulatedEngineTool() {}

  /** Runs it as a process, until that is killed. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, UTF_8);
    PrintWriter err = new PrintWriter(System.err, false, UTF_8);
    System.exit(new SimulatedEngineTool().run(out, err, args));
  }

  @Override
  public String name() {
    return "koi-simulated-engine";
  }

  /** Returns 0 once its thread is interrupted, 1 if it cannot listen, 2 for wrong arguments. */
  @Override
  public int run(PrintWriter out, PrintWriter err, String... args) {
    Path socket = null;
    Dialect dialect = Dialect.DOCKER_28;
    List<String> words = new ArrayList<>(List.of(args));
    try {
      while (!words.isEmpty()) {
        String option = words.remove(0);
        switch (option) {
          case "--socket" -> socket = Path.of(words.remove(0));
          case "--dialect" -> dialect = dialect(words.remove(0));
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
    } catch (RuntimeException e) {
      err.println(e.getMessage());
      socket = null;
    }
    if (socket == null) {
      err.println(USAGE);
      err.flush();
      return 2;
    }
    try (SimulatedEngine engine = SimulatedEngine.start(dialect, socket)) {
      DemoScript script = new DemoScript(engine);
      out.println("simulated " + dialect + " on unix://" + socket);
      out.flush();
      while (true) {
        for (Runnable step : script.steps()) {
          Thread.sleep(PAUSE_MILLIS);
          step.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    } catch (IllegalStateException e) {
      err.println(e.getMessage() + ": " + e.getCause());
      err.flush();
      return 1;
    }
  }

  private static Dialect dialect(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "docker" -> Dialect.DOCKER_28;
      case "podman" -> Dialect.PODMAN_5;
      default -> Dialect.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    };
  }
}
