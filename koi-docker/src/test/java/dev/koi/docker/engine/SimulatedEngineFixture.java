package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.Capability;
import dev.koi.testkit.InstanceSpec;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Reply;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A simulated engine as the conformance kit wants it, perhaps behind a proxy that lets through only
 * what Koi may ask for.
 */
public final class SimulatedEngineFixture extends EngineFixture {

  private final SimulatedEngine engine;
  private final boolean podman;
  private FilteringProxy filter; // null for none

  /** Starts an engine of that dialect. */
  public SimulatedEngineFixture(RuntimeBackend backend, Dialect dialect) throws IOException {
    super(backend);
    podman = dialect.name().startsWith("PODMAN");
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
  Path socket() {
    return filter == null ? engine.socket() : directory.resolve("filter.sock");
  }

  @Override
  BackendConfig config(String entry, String host) {
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
    spec.ports().forEach(port -> container.publish(publishing(port)));
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
    Map<Capability, String> gaps = super.gaps();
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
