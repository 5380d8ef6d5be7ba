package dev.koi.benchmark;

import dev.koi.announce.TwoHosts;
import dev.koi.announce.TwoHosts.Command;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Containers that ask for a name, one after another, and two hosts with an Avahi each: how soon
 * Avahi is asked for a name, and how soon the other host finds it and loses it.
 */
final class Names implements Section {

  private static final String WHOLE_WAY = "start of the container to commit";
  private static final String COMMITTED = "Started to commit";
  private static final String FOUND = "Started to found by the other host";
  private static final String FREED = "Stopped to withdrawal";
  private static final String LOST = "Stopped to gone on the other host";
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(120);

  /** In the order of the table. */
  private final Map<String, List<Double>> delays = new LinkedHashMap<>();

  private final int containers;

  Names(int containers) {
    this.containers = containers;
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    if (!TwoHosts.missing().isEmpty()) {
      throw new IllegalStateException("the section announce " + TwoHosts.missing());
    }
    Path directory =
        Files.createTempDirectory(
            "koi-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    try (SimulatedDocker engine = SimulatedDocker.start(0);
        TwoHosts hosts = new TwoHosts(directory);
        Command calls =
            hosts.start("server", "stdbuf", "-oL", "dbus-monitor", "--system", "--profile");
        Command browser =
            hosts.start("viewer", "stdbuf", "-oL", "avahi-browse", "-pr", "_http._tcp");
        Command koi = hosts.start("server", announcing(plan, engine))) {
      await(koi, 0, "announces");
      await(calls, 0, "mc\t");
      for (int i = 1; i <= containers; i++) {
        measure(engine.simulation(), "name-" + i, koi, calls, browser);
      }
    } finally {
      delete(directory);
    }
    report.begin("announce, " + containers + " containers one after another");
    delays.forEach((name, all) -> report.times(name, Distribution.of(all)));
    report.value("the slowest Started to commit, ms", slowest(COMMITTED), 250);
    report.value("the slowest Started to found, ms", slowest(FOUND), 1500);
  }

  private double slowest(String name) {
    return delays.get(name).stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  private static String[] announcing(Plan plan, SimulatedDocker engine) {
    List<String> command = new ArrayList<>(List.of("env"));
    KoiSubject.environment(engine.backend(), engine.socket())
        .forEach((name, value) -> command.add(name + "=" + value));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", plan.classPath(), Announcing.class.getName()));
    return command.toArray(String[]::new);
  }

  private void measure(
      SimulatedEngine engine, String name, Command koi, Command calls, Command browser)
      throws Exception {
    int koiBefore = koi.lines().size();
    int callsBefore = calls.lines().size();
    int browserBefore = browser.lines().size();
    long ordered = Watcher.nanos(Instant.now());
    String id = engine.run(ContainerSpec.of(name).publish(8080, 80).label("koi.announce", name));
    await(browser, browserBefore, "=;eth0;IPv4;" + name + ";");
    long found = Watcher.nanos(Instant.now());
    long started = moment(await(koi, koiBefore, "Started "));
    await(koi, koiBefore, "Announced " + name);
    long committed = lastCall(calls, callsBefore, "Commit");
    add(WHOLE_WAY, ordered, committed);
    add(COMMITTED, started, committed);
    add(FOUND, started, found);

    koiBefore = koi.lines().size();
    callsBefore = calls.lines().size();
    browserBefore = browser.lines().size();
    engine.stop(id);
    await(browser, browserBefore, "-;eth0;IPv4;" + name + ";");
    long lost = Watcher.nanos(Instant.now());
    long stopped = moment(await(koi, koiBefore, "Stopped "));
    add(FREED, stopped, lastCall(calls, callsBefore, "Free"));
    add(LOST, stopped, lost);
  }

  private void add(String name, long from, long to) {
    delays.computeIfAbsent(name, n -> new ArrayList<>()).add((to - from) / 1e6);
  }

  /** A name and its services are two groups of Avahi. */
  private static long lastCall(Command calls, int from, String method) {
    String last =
        calls.lines().stream()
            .skip(from)
            .filter(line -> line.startsWith("mc\t") && line.endsWith("\t" + method))
            .reduce((first, second) -> second)
            .orElseThrow();
    return (long) (Double.parseDouble(last.split("\t", -1)[1]) * 1e9);
  }

  private static long moment(String line) {
    return Long.parseLong(line.replaceFirst(".* ", ""));
  }

  private static String await(Command command, int from, String beginning)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (System.nanoTime() < deadline) {
      Optional<String> line =
          command.lines().stream().skip(from).filter(l -> l.startsWith(beginning)).findFirst();
      if (line.isPresent()) {
        return line.get();
      }
      Thread.sleep(1);
    }
    throw new IllegalStateException("no line '" + beginning + "' in " + command.lines());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
