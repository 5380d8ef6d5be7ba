package dev.koi.docker.engine;

import dev.koi.PortMapping;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.Capability;
import dev.koi.testkit.FailingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** What real and simulated engines have in common for the conformance kit. */
abstract class EngineFixture implements BackendFixture {

  final Path directory = Files.createTempDirectory("koi");
  private final RuntimeBackend backend;

  EngineFixture(RuntimeBackend backend) throws IOException {
    this.backend = backend;
  }

  /** Returns the socket where the backend is to look for the engine. */
  abstract Path socket();

  BackendConfig config(String entry, String host) {
    return BackendConfig.of(entry, Map.of("host", host));
  }

  @Override
  public final RuntimeBackend backend() {
    return backend;
  }

  @Override
  public final BackendConfig config(String entry) {
    return config(entry, "unix://" + socket());
  }

  /** Returns a port as the command line takes it. */
  static String publishing(PortMapping port) {
    String ip = port.hostIp().contains(":") ? "[" + port.hostIp() + "]" : port.hostIp();
    return "%s:%d:%d/%s"
        .formatted(ip, port.hostPort(), port.containerPort(), port.protocol().wireName());
  }

  @Override
  public Map<Capability, String> gaps() {
    Map<Capability, String> gaps = new EnumMap<>(Capability.class);
    gaps.put(Capability.NAMESAKE, "the name of a container is unique");
    gaps.put(Capability.RELABEL, "the labels of a container cannot be changed");
    return gaps;
  }

  @Override
  public final FailingConfig absent() {
    return FailingConfig.naming(config("kit-absent", "unix:///nowhere/x.sock"), "/nowhere/x.sock");
  }

  @Override
  public final FailingConfig refusing() {
    return FailingConfig.naming(
        config("kit-refusing", "unix://" + directory), directory.toString());
  }

  @Override
  public final FailingConfig invalid() {
    return FailingConfig.naming(config("kit-invalid", "nowhere"), "host");
  }
}
