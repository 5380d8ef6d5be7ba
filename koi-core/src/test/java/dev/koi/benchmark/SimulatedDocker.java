package dev.koi.benchmark;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The simulated engine, in the benchmark's own process. */
final class SimulatedDocker implements Engine {
  private final SimulatedEngine engine;
  private Instant commanded = Instant.EPOCH;

  /** Starts one with that many running containers. */
  static SimulatedDocker start(int containers) throws IOException {
    Path socket = Files.createTempDirectory("koi-benchmark").resolve("engine.sock");
    SimulatedDocker docker = new SimulatedDocker(SimulatedEngine.start(Dialect.DOCKER_28, socket));
    docker.engine.runMany(containers);
    return docker;
  }

  private SimulatedDocker(SimulatedEngine engine) {
    this.engine = engine;
  }

  SimulatedEngine simulation() {
    return engine;
  }

  @Override
  public String version() {
    return "simulated Docker 28";
  }

  @Override
  public String backend() {
    return "docker";
  }

  @Override
  public Path socket() {
    return engine.socket();
  }

  @Override
  public String create(String name) {
    return engine.create(ContainerSpec.of(name).publish(0, 80));
  }

  @Override
  public void start(String id) {
    commanded = Instant.now();
    engine.start(id);
  }

  @Override
  public void rename(String id, String name) {
    commanded = Instant.now();
    engine.rename(id, name);
  }

  @Override
  public void remove(String id) {
    engine.remove(id);
  }

  @Override
  public long stamp(String action, String id) {
    return Watcher.nanos(commanded);
  }

  @Override
  public void close() {
    engine.close();
    try {
      Files.deleteIfExists(engine.socket().getParent());
    } catch (IOException e) {
      System.err.println("benchmark: left behind: " + engine.socket().getParent());
    }
  }
}
