package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.Capability;
import dev.koi.testkit.InstanceSpec;
import dev.koi.testkit.engine.FaultProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A real engine as the conformance kit wants it, behind a proxy that can lose and freeze it, and
 * another that lets through only what Koi may ask for.
 */
public final class RealEngineFixture extends EngineFixture {

  private final RealEngine engine;
  private final Set<String> made = new HashSet<>();
  private final FilteringProxy filter;
  private FaultProxy proxy;

  /** Makes one; it closes the engine's command line, too. */
  public RealEngineFixture(RuntimeBackend backend, RealEngine engine) throws Exception {
    super(backend);
    this.engine = engine;
    filter =
        FilteringProxy.start(
            directory.resolve("f"), engine.socket(), FilteringProxy.CONTAINERS_ONLY);
    restoreRuntime();
  }

  @Override
  public boolean shared() {
    return !"required".equals(System.getenv("KOI_TEST_ENGINES")); // required ones are private
  }

  @Override
  public String start(InstanceSpec spec) {
    List<String> options = new ArrayList<>();
    spec.labels().forEach((key, value) -> options.addAll(List.of("-l", key + "=" + value)));
    spec.ports().forEach(port -> options.addAll(List.of("-p", publishing(port))));
    spec.exposedPorts().forEach(port -> options.addAll(List.of("--expose", port.toString())));
    List<String> networks = spec.networks();
    for (String network : networks) {
      if (made.add(network)) {
        engine.network(network);
      }
    }
    if (!networks.isEmpty()) {
      options.addAll(List.of("--network", networks.get(0)));
    }
    spec.environment().forEach((key, value) -> options.addAll(List.of("-e", key + "=" + value)));
    String id =
        engine.runScript(
            spec.name(),
            options,
            "trap 'exit 0' TERM; while :; do sleep 0.1; done # " + spec.argument());
    networks.stream().skip(1).forEach(network -> engine.cli("network", "connect", network, id));
    return id;
  }

  @Override
  public void stop(String id) {
    engine.cli("rm", "-f", id);
  }

  @Override
  public void pause(String id) {
    engine.cli("pause", id);
  }

  @Override
  public void unpause(String id) {
    engine.cli("unpause", id);
  }

  @Override
  public void rename(String id, String name) {
    engine.cli("rename", id, name);
  }

  @Override
  public void readdress(String id) {
    engine.cli("network", "connect", engine.network("kit-" + id.substring(0, 12)), id);
  }

  @Override
  public void restart(String id) {
    engine.cli("restart", id);
  }

  @Override
  public Map<Capability, String> gaps() {
    Map<Capability, String> gaps = super.gaps();
    gaps.put(Capability.MANY, "1,001 containers need minutes");
    gaps.put(Capability.HEALTH, "a check takes as long as its interval; other tests wait for it");
    gaps.put(
        Capability.RESTARTING, "the engine's pause before a restart is short and cannot be set");
    return gaps;
  }

  @Override
  Path socket() {
    return directory.resolve("s");
  }

  @Override
  public void loseRuntime() throws Exception {
    proxy.close();
  }

  @Override
  public void restoreRuntime() throws Exception {
    Files.deleteIfExists(socket());
    proxy = FaultProxy.start(socket(), directory.resolve("f"));
  }

  @Override
  public void freezeRuntime() {
    proxy.stall(FaultProxy.Direction.TO_CLIENT);
  }

  @Override
  public void thawRuntime() {
    proxy.resume();
  }

  @Override
  public void close() throws Exception {
    engine.close();
    proxy.close();
    filter.close();
    Files.deleteIfExists(socket());
    Files.delete(directory);
    assertThat(filter.refused()).isEmpty();
  }
}
