package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real engine, driven by its own command line. Everything made through it carries a name of its
 * own and is removed by {@link #close}.
 *
 * <p>{@code KOI_TEST_DOCKER} and {@code KOI_TEST_PODMAN} say where the engines are, as in {@code
 * unix:///var/run/docker.sock}; each needs an image {@code koi/busybox:1} that holds a busybox.
 * Tests of an engine that is not named are skipped, unless {@code KOI_TEST_ENGINES=required}.
 */
public final class RealEngine implements AutoCloseable {

  /** A process that ends at once on SIGTERM, and takes SIGHUP without ending. */
  private static final List<String> PATIENT =
      List.of("sh", "-c", "trap 'exit 0' TERM; trap : HUP; while :; do sleep 0.1; done");

  private final String backend;
  private final String host;
  private final List<String> commandLine;
  private final String image;
  private final String prefix;
  private final Deque<List<String>> containers = new ArrayDeque<>();
  private final Deque<List<String>> pods = new ArrayDeque<>();
  private final Deque<List<String>> networks = new ArrayDeque<>();

  private RealEngine(String backend, String host, List<String> commandLine, String image) {
    this.backend = backend;
    this.host = host;
    this.image = image;
    this.commandLine = new ArrayList<>(commandLine);
    this.commandLine.add(host);
    prefix = "koi-" + Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 16, 1 << 24));
  }

  /** Returns the Docker that {@code KOI_TEST_DOCKER} names; without it, the test is skipped. */
  public static RealEngine docker() {
    return docker(required("KOI_TEST_DOCKER"));
  }

  /** Returns the Podman that {@code KOI_TEST_PODMAN} names; without it, the test is skipped. */
  public static RealEngine podman() {
    return podman(required("KOI_TEST_PODMAN"));
  }

  /** Returns the Docker at that address. */
  public static RealEngine docker(String host) {
    return new RealEngine("docker", host, List.of("docker", "-H"), "koi/busybox:1");
  }

  /** Returns the Podman at that address. */
  public static RealEngine podman(String host) {
    return new RealEngine("podman", host, List.of("podman", "--url"), "localhost/koi/busybox:1");
  }

  /**
   * Returns the value of an environment variable that {@code .ci/engines start} prints; without it,
   * the test is skipped.
   */
  public static String required(String variable) {
    String value = System.getenv(variable);
    if (value == null || value.isBlank()) {
      String message =
          "no real engine: set " + variable + " as '.ci/engines start' prints it to run this test";
      if ("required".equals(System.getenv("KOI_TEST_ENGINES"))) {
        Assertions.fail(message);
      }
      Assumptions.abort(message);
    }
    return value;
  }

  /** Returns its address. */
  public String host() {
    return host;
  }

  /** Returns the file of its unix socket. */
  public Path socket() {
    return Path.of(host.substring("unix://".length()));
  }

  /** Returns the image every container is made from, as the engine shows it. */
  public String image() {
    return image;
  }

  /** Returns the configuration of a backend that watches it. */
  public BackendConfig config() {
    return BackendConfig.of(backend, Map.of("host", host));
  }

  /** Returns a name that nobody else uses. */
  public String name(String suffix) {
    return prefix + "-" + suffix;
  }

  /**
   * Runs a container that ends at once on SIGTERM and only then.
   *
   * @param name as {@link #name} gives it
   * @param options of the run command
   * @return its full id
   */
  public String run(String name, String... options) {
    return run(name, List.of(options), PATIENT);
  }

  /** Runs a container of that shell script, and returns its full id. */
  public String runScript(String name, List<String> options, String script) {
    return run(name, options, List.of("sh", "-c", script));
  }

  private String run(String name, List<String> options, List<String> command) {
    List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", name));
    arguments.addAll(options);
    arguments.add(image);
    arguments.addAll(command);
    String id = cli(arguments);
    containers.push(List.of("rm", "-f", id));
    return id;
  }

  /** Makes a pod, which only Podman can, and returns its name. */
  public String pod(String name, String... options) {
    List<String> arguments = new ArrayList<>(List.of("pod", "create", "--name", name));
    arguments.addAll(List.of(options));
    cli(arguments);
    pods.push(List.of("pod", "rm", "-f", name));
    return name;
  }

  /** Makes a network, and returns its name. */
  public String network(String name) {
    cli("network", "create", name);
    networks.push(List.of("network", "rm", name));
    return name;
  }

  /**
   * Has the engine do something, as in {@code cli("kill", "-s", "HUP", id)}; returns its output.
   */
  public String cli(String... arguments) {
    return cli(List.of(arguments));
  }

  private String cli(List<String> arguments) {
    List<String> command = new ArrayList<>(commandLine);
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile("koi-cli", ".txt");
      Path errors = Files.createTempFile("koi-cli", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return Assertions.fail(command + " has not ended within a minute");
        }
        if (process.exitValue() != 0) {
          return Assertions.fail(
              command + " failed: " + Files.readString(errors, UTF_8) + Files.readString(output));
        }
        return Files.readString(output, UTF_8).strip();
      } finally {
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Removes what was made. */
  @Override
  public void close() {
    remove(containers);
    remove(pods);
    remove(networks); // only then are they free
  }

  private void remove(Deque<List<String>> commands) {
    while (!commands.isEmpty()) {
      try {
        cli(commands.pop());
      } catch (AssertionError e) {
        // the test has removed it
      }
    }
  }
}
