package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.PortMapping;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.Capability;
import dev.koi.testkit.FailingConfig;
import dev.koi.testkit.InstanceSpec;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Reply;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A simulated engine as the conformance kit wants it, perhaps behind a proxy that lets through only
 * what Koi may ask for.
 */
public final class SimulatedEngineFixture implements BackendFixture {

  private final RuntimeBackend backend;
  private final Path directory;
  private final SimulatedEngine engine;
  private final boolean podman;
  private FilteringProxy filter; // null for none

  /** Starts an engine of that dialect. */
  public SimulatedEngineFixture(RuntimeBackend backend, Dialect dialect) throws IOException {
    this.backend = backend;
    podman = dialect.name().startsWith("PODMAN");
    directory = Files.createTempDirectory("koi");
    engine = SimulatedEngine.start(dialect, directory.resolve("engine.sock"));
  }

  /** Puts a proxy in front of it that refuses what a person has not switched on. */
  public SimulatedEngineFixture behindFilter() throws IOException {
    filter =
        FilteringProxy.start(
            directory.resolve("filter.sock"), engine.socket(), FilteringProxy.CONTAINERS_ONLY);
    return this;
  }

  @Override
  public RuntimeBackend backend() {
    return backend;
  }

  @Override
  public BackendConfig config(String entry) {
    return config(
        entry, "unix://" + (filter == null ? engine.socket() : directory.resolve("filter.sock")));
  }

  private static BackendConfig config(String entry, String host) {
    // The first answer of all takes long on a busy machine, on which Jetty has just been loaded.
    return BackendConfig.of(entry, Map.of("host", host, "connect-timeout", "30s"));
  }

  @Override
  public String start(InstanceSpec spec) {
    ContainerSpec container = ContainerSpec.of(spec.name()).command("sleep", spec.argument());
    container.restart("on-failure");
    if (spec.healthCheck()) {
      container.healthcheck("true");
    }
    spec.labels().forEach(container::label);
    spec.environment().forEach((name, value) -> container.env(name + "=" + value));
    for (PortMapping port : spec.ports()) {
      String ip = port.hostIp().contains(":") ? "[" + port.hostIp() + "]" : port.hostIp();
      container.publish(
          "%s:%d:%d/%s"
              .formatted(ip, port.hostPort(), port.containerPort(), port.protocol().wireName()));
    }
    spec.exposedPorts().forEach(port -> container.expose(port.port()));
    List<String> networks = spec.networks();
    if (!networks.isEmpty()) {
      container.network(networks.get(0));
    }
    String id = engine.run(container);
    networks.stream().skip(1).forEach(network -> engine.connectNetwork(id, network));
    return id;
  }

  @Override
  public void stop(String id) {
    engine.stop(id);
  }

  @Override
  public void pause(String id) {
    engine.pause(id);
  }

  @Override
  public void unpause(String id) {
    engine.unpause(id);
  }

  @Override
  public void rename(String id, String name) {
    engine.rename(id, name);
  }

  @Override
  public void readdress(String id) {
    engine.connectNetwork(id, "new");
  }

  @Override
  public void restart(String id) {
    engine.restart(id);
  }

  @Override
  public void setHealth(String id, Health health) {
    engine.health(id, health.wireName());
  }

  @Override
  public void crash(String id) {
    engine.die(id, 1);
  }

  @Override
  public Map<Capability, String> gaps() {
    Map<Capability, String> gaps = new EnumMap<>(Capability.class);
    gaps.put(Capability.NAMESAKE, "the name of a container is unique");
    gaps.put(Capability.RELABEL, "the labels of a container cannot be changed");
    if (podman) {
      gaps.put(Capability.RESTARTING, "Podman restarts a container without a pause");
    }
    return gaps;
  }

  @Override
  public void loseRuntime() {
    engine.crash();
  }

  @Override
  public void restoreRuntime() {
    engine.boot();
  }

  @Override
  public void freezeRuntime() {
    var unused = engine.faults().on().reply(Reply::hang);
  }

  @Override
  public void thawRuntime() {
    engine.faults().lift();
  }

  @Override
  public FailingConfig absent() {
    return FailingConfig.naming(config("kit-absent", "unix:///nowhere/x.sock"), "/nowhere/x.sock");
  }

  @Override
  public FailingConfig refusing() {
    return FailingConfig.naming(
        config("kit-refusing", "unix://" + directory), directory.toString());
  }

  @Override
  public FailingConfig invalid() {
    return FailingConfig.naming(config("kit-invalid", "nowhere"), "host");
  }

  @Override
  public void close() throws IOException {
    engine.close();
    if (filter != null) {
      filter.close();
    }
    Files.deleteIfExists(engine.socket());
    Files.delete(directory);
    if (filter != null) {
      assertThat(filter.refused()).isEmpty();
    }
  }
}
