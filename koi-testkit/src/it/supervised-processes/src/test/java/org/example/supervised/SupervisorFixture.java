package org.example.supervised;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.util.stream.Collectors.joining;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.Capability;
import dev.koi.testkit.FailingConfig;
import dev.koi.testkit.InstanceSpec;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** A supervisor of shells that wait for input, in a directory of its own. */
final class SupervisorFixture implements BackendFixture {

  private final Path directory;
  private final Map<String, Process> processes = new HashMap<>();
  private final Map<String, Properties> files = new HashMap<>();

  SupervisorFixture() throws IOException {
    directory = Files.createTempDirectory("supervised");
  }

  @Override
  public RuntimeBackend backend() {
    return new SupervisedBackend();
  }

  @Override
  public BackendConfig config(String entry) {
    return BackendConfig.of(entry, Map.of("directory", directory.toString()));
  }

  @Override
  public String start(InstanceSpec spec) throws IOException {
    String id = "id-of-" + spec.name();
    Properties file = new Properties();
    file.setProperty("name", spec.name());
    spec.labels().forEach((key, value) -> file.setProperty("label." + key, value));
    file.setProperty(
        "ports",
        spec.ports().stream()
            .map(
                port ->
                    "%s:%d:%d/%s"
                        .formatted(
                            port.hostIp(),
                            port.hostPort(),
                            port.containerPort(),
                            port.protocol().wireName()))
            .collect(joining(",")));
    files.put(id, file);
    run(id, spec.argument(), spec.environment());
    return id;
  }

  private void run(String id, String argument, Map<String, String> environment) throws IOException {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", "read -r forever", argument);
    shell.environment().putAll(environment);
    processes.put(id, shell.start());
    files.get(id).setProperty("pid", "" + processes.get(id).pid());
    write(id);
  }

  private void write(String id) throws IOException {
    Path unfinished = directory.resolve(id + ".new");
    try (Writer writer = Files.newBufferedWriter(unfinished)) {
      files.get(id).store(writer, null);
    }
    Files.move(unfinished, directory.resolve(id + ".properties"), ATOMIC_MOVE);
  }

  @Override
  public void stop(String id) throws Exception {
    processes.remove(id).destroyForcibly().waitFor();
    Files.deleteIfExists(directory.resolve(id + ".properties"));
  }

  @Override
  public void rename(String id, String name) throws IOException {
    files.get(id).setProperty("name", name);
    write(id);
  }

  @Override
  public void restart(String id) throws Exception {
    Optional<Instant> before = processes.get(id).info().startInstant();
    do { // until the kernel's clock, which ticks a hundred times a second, has moved on
      processes.remove(id).destroyForcibly().waitFor();
      run(id, "again", Map.of());
    } while (processes.get(id).info().startInstant().equals(before));
  }

  @Override
  public void loseRuntime() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Override
  public void restoreRuntime() throws IOException {
    Files.createDirectory(directory);
  }

  @Override
  public FailingConfig absent() {
    return failing("/nowhere/supervised", "/nowhere/supervised");
  }

  @Override
  public FailingConfig refusing() {
    return failing("/etc/passwd", "/etc/passwd");
  }

  @Override
  public FailingConfig invalid() {
    return failing("not/absolute", "directory");
  }

  private static FailingConfig failing(String directory, String named) {
    return FailingConfig.naming(BackendConfig.of("kit", Map.of("directory", directory)), named);
  }

  @Override
  public Map<Capability, String> gaps() {
    return Map.of(
        Capability.PAUSE, "a supervised process runs or has ended",
        Capability.RESTARTING, "a supervised process runs or has ended",
        Capability.NAMESAKE, "the name of a process is its file's",
        Capability.RELABEL, "the supervisor writes the labels when it starts a process",
        Capability.READDRESS, "a process has no network",
        Capability.MANY, "1,001 processes are more than a test should start",
        Capability.HEALTH, "a process has no health check",
        Capability.FREEZE, "a directory always answers");
  }

  @Override
  public void close() throws Exception {
    for (Process process : processes.values()) {
      process.destroyForcibly().waitFor();
    }
    if (Files.exists(directory)) {
      loseRuntime();
    }
  }
}
