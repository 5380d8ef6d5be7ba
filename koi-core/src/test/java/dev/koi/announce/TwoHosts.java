package dev.koi.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two hosts on one network, in namespaces that this makes: "server" at 10.77.0.1 and "viewer" at
 * 10.77.0.2. Each has a D-Bus and an Avahi of its own. Needs root.
 *
 * <p>Interfaces are called eth0 and, on a second network, eth1. Everything ends with {@link
 * #close}.
 */
public final class TwoHosts implements AutoCloseable {

  private static final List<String> TOOLS =
      List.of("ip", "unshare", "dbus-daemon", "avahi-daemon", "avahi-browse", "tcpdump");

  private static final String BUS =
      """
      <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
        "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig>
        <type>system</type>
        <listen>unix:path=/run/bus</listen>
        <auth>EXTERNAL</auth>
        <policy context="default">
          <allow user="*"/><allow own="*"/><allow send_type="method_call"/>
          <allow send_destination="*"/><allow receive_sender="*"/>
        </policy>
      </busconfig>
      """;

  private final Path directory;
  private final List<Command> commands = new CopyOnWriteArrayList<>();
  private final Map<String, Command> daemons = new TreeMap<>();

  /** A program that runs, and the lines that it has printed. */
  public static final class Command implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Command(Process process) {
      this.process = process;
      Thread reader = new Thread(this::read, "reader of " + process.pid());
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader output = process.inputReader(UTF_8)) {
        output.lines().forEach(lines::add);
      } catch (IOException | java.io.UncheckedIOException e) {
        // it has ended
      }
    }

    /** {@return what it has printed, and goes on to print} */
    public List<String> lines() {
      return List.copyOf(lines);
    }

    public Process process() {
      return process;
    }

    /** Ends it by SIGTERM. */
    @Override
    public void close() {
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

  /** Skips the test if something is missing; where engines are required, that is a failure. */
  public static void require() {
    String missing = missing();
    if (!missing.isEmpty()) {
      if ("required".equals(System.getenv("KOI_TEST_ENGINES"))) {
        fail(missing);
      }
      abort(missing);
    }
  }

  /** {@return what this machine lacks, and what would help; empty if it has all} */
  public static String missing() {
    List<String> missing = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      missing.add("root");
    }
    for (String tool : TOOLS) {
      if (Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
          .noneMatch(path -> new File(path, tool).canExecute())) {
        missing.add(tool);
      }
    }
    return missing.isEmpty()
        ? ""
        : "needs "
            + String.join(", ", missing)
            + ": run as root, with the packages avahi-daemon, avahi-utils and tcpdump";
  }

  /**
   * Makes the hosts. When the method returns, both Avahis run.
   *
   * @param directory an empty directory with a short path
   */
  public TwoHosts(Path directory) throws Exception {
    this.directory = directory;
    Runtime.getRuntime().addShutdownHook(new Thread(this::removeNamespaces));
    for (String host : List.of("server", "viewer")) {
      run("ip", "netns", "add", namespace(host));
      in(host, "ip", "link", "set", "lo", "up");
    }
    connect("eth0", 77);
    for (String host : List.of("server", "viewer")) {
      Files.createDirectories(runDirectory(host).resolve("avahi-daemon"));
      Files.writeString(directory.resolve("bus.conf"), BUS);
      Files.writeString(
          directory.resolve(host + ".conf"),
          "[server]\nhost-name="
              + host
              + "\nallow-interfaces=eth0,eth1\n[publish]\npublish-hinfo=no\npublish-workstation=no\n");
      Command bus =
          isolated(
              host,
              "dbus-daemon",
              "--nofork",
              "--nopidfile",
              "--config-file=" + directory.resolve("bus.conf"));
      Path socket = runDirectory(host).resolve("bus");
      await(bus, "dbus-daemon of " + host, () -> Files.exists(socket));
      startAvahi(host);
    }
  }

  /**
   * Joins both hosts by a network 10.N.0.0/24, fdN::/64.
   *
   * @param name of the interface on both
   */
  public void connect(String name, int network) throws Exception {
    run(
        "ip",
        "link",
        "add",
        name,
        "netns",
        namespace("server"),
        "type",
        "veth",
        "peer",
        "name",
        name,
        "netns",
        namespace("viewer"));
    int last = 1;
    for (String host : List.of("server", "viewer")) {
      in(host, "ip", "addr", "add", "10." + network + ".0." + last + "/24", "dev", name);
      in(host, "ip", "addr", "add", "fd" + network + "::" + last + "/64", "dev", name, "nodad");
      in(host, "ip", "link", "set", name, "up");
      last++;
    }
  }

  private static void await(Command command, String what, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      if (!command.process().isAlive() || System.nanoTime() > deadline) {
        throw new IOException(what + " does not run: " + command.lines());
      }
      Thread.sleep(20);
    }
  }

  /** Starts the Avahi of a host, and waits until it runs. */
  public void startAvahi(String host) throws Exception {
    Command daemon =
        isolated(
            host,
            "avahi-daemon",
            "--no-drop-root",
            "--no-chroot",
            "--no-rlimits",
            "-f",
            directory.resolve(host + ".conf").toString());
    daemons.put(host, daemon);
    await(
        daemon,
        "avahi-daemon of " + host,
        () -> daemon.lines().stream().anyMatch(l -> l.startsWith("Server startup complete")));
  }

  /** Ends the Avahi of a host by SIGKILL. */
  public void killAvahi(String host) throws Exception {
    daemons.get(host).process().destroyForcibly().waitFor();
    Files.deleteIfExists(runDirectory(host).resolve("avahi-daemon/pid"));
  }

  /** {@return the address of the D-Bus of a host} */
  public String bus(String host) {
    return "unix:path=" + runDirectory(host).resolve("bus");
  }

  /** Runs a program on a host until it ends, and returns its output. */
  public List<String> in(String host, String... command) throws Exception {
    return output(builder(host, inNamespace(host, command)));
  }

  /** Starts a program on a host. */
  public Command start(String host, String... command) throws IOException {
    return added(builder(host, inNamespace(host, command)));
  }

  private String[] inNamespace(String host, String... command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", namespace(host)), Stream.of(command))
        .toArray(String[]::new);
  }

  /** Starts a program with a /run of its own, as two daemons of a kind would use the same files. */
  private Command isolated(String host, String... command) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("unshare", "-m", "sh", "-c", "mount --bind \"$0\" /run && exec \"$@\""));
    all.add(runDirectory(host).toString());
    all.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(inNamespace(host, all.toArray(String[]::new))).redirectErrorStream(true);
    builder.environment().put("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/bus");
    return added(builder);
  }

  private ProcessBuilder builder(String host, String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DBUS_SYSTEM_BUS_ADDRESS", bus(host));
    return builder;
  }

  private Command added(ProcessBuilder builder) throws IOException {
    Command started = new Command(builder.start());
    commands.add(started);
    return started;
  }

  private static List<String> run(String... command) throws Exception {
    return output(new ProcessBuilder(command).redirectErrorStream(true));
  }

  private static List<String> output(ProcessBuilder builder) throws Exception {
    Process process = builder.start();
    try (BufferedReader output = process.inputReader(UTF_8)) {
      List<String> lines = output.lines().toList();
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", builder.command()) + " has failed: " + lines);
      }
      return lines;
    }
  }

  private Path runDirectory(String host) {
    return directory.resolve(host);
  }

  private static String namespace(String host) {
    return "koi-" + host + "-" + ProcessHandle.current().pid();
  }

  /** Ends all programs, and removes the hosts. */
  @Override
  public void close() {
    for (int i = commands.size() - 1; i >= 0; i--) {
      commands.get(i).close();
    }
    commands.clear();
    removeNamespaces();
  }

  private void removeNamespaces() {
    commands.forEach(command -> command.process().destroyForcibly());
    for (String host : List.of("server", "viewer")) {
      try {
        run("ip", "netns", "del", namespace(host));
      } catch (Exception e) {
        // it was not made, or is removed already
      }
    }
  }
}
