package dev.koi.testkit.internal;

import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.FailingConfig;
import dev.koi.testkit.InstanceSpec;
import dev.koi.testkit.memory.InMemoryBackend;
import dev.koi.testkit.memory.InMemoryWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A world of its own, with a second beside it that refuses. */
class InMemoryFixture implements BackendFixture {

  private final InMemoryWorld world;
  private final InMemoryWorld refusing;
  private final Map<String, String> names = new ConcurrentHashMap<>(); // by id

  InMemoryFixture(String name) {
    world = InMemoryWorld.open(name);
    refusing = InMemoryWorld.open(name + "-refusing");
    refusing.refuse();
  }

  @Override
  public RuntimeBackend backend() {
    return new InMemoryBackend();
  }

  @Override
  public BackendConfig config(String entry) {
    return BackendConfig.of(entry, Map.of("world", world.name()));
  }

  @Override
  public String start(InstanceSpec spec) {
    List<Network> networks = new ArrayList<>();
    for (String network : spec.networks()) {
      networks.add(new Network(network, List.of("10.9." + networks.size() + ".2")));
    }
    List<String> environment = new ArrayList<>();
    spec.environment().forEach((name, value) -> environment.add(name + "=" + value));
    Map<String, String> labels = spec.labels();
    List<PortMapping> ports = spec.ports();
    List<ContainerPort> exposed = spec.exposedPorts();
    String id =
        world.start(
            spec.name(),
            facts ->
                facts
                    .labels(labels)
                    .ports(ports)
                    .exposedPorts(exposed)
                    .networks(networks)
                    .environment(environment));
    names.put(id, spec.name());
    return id;
  }

  @Override
  public void stop(String id) {
    world.stop(id);
  }

  @Override
  public void setHealth(String id, Health health) {
    world.update(id, facts -> facts.health(health));
  }

  @Override
  public void crash(String id) {
    world.crash(id);
  }

  @Override
  public void pause(String id) {
    world.pause(id);
  }

  @Override
  public void unpause(String id) {
    world.unpause(id);
  }

  @Override
  public void rename(String id, String name) {
    world.rename(id, name);
  }

  @Override
  public String startNamesake(String id) {
    return world.start(names.get(id), facts -> facts.group("other"));
  }

  @Override
  public void relabel(String id, Map<String, String> labels) {
    world.update(id, facts -> facts.labels(labels));
  }

  @Override
  public void readdress(String id) {
    world.update(id, facts -> facts.networks(List.of(new Network("new", List.of("10.9.9.9")))));
  }

  @Override
  public void restart(String id) {
    world.restart(id);
  }

  @Override
  public void loseRuntime() {
    world.lose();
  }

  @Override
  public void restoreRuntime() {
    world.restore();
  }

  @Override
  public void freezeRuntime() {
    world.freeze();
  }

  @Override
  public void thawRuntime() {
    world.restore();
  }

  @Override
  public FailingConfig absent() {
    return FailingConfig.naming(
        BackendConfig.of("kit", Map.of("world", "kit-nowhere")), "kit-nowhere");
  }

  @Override
  public FailingConfig refusing() {
    return FailingConfig.naming(
        BackendConfig.of("kit", Map.of("world", refusing.name())), refusing.name());
  }

  @Override
  public FailingConfig invalid() {
    return FailingConfig.naming(BackendConfig.of("kit", Map.of("world", "no/world")), "world");
  }

  @Override
  public void close() {
    world.close();
    refusing.close();
  }
}
