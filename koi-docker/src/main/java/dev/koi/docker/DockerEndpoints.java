package dev.koi.docker;

import dev.koi.docker.engine.EngineEndpoint;
import dev.koi.spi.BackendConfig;
import java.util.List;

/** Where a Docker engine may be. */
final class DockerEndpoints {

  private DockerEndpoints() {}

  static List<EngineEndpoint> of(BackendConfig config) {
    try {
      return config
          .string("host")
          .map(host -> List.of(EngineEndpoint.parse(host, config.fullKey("host"), true)))
          .orElseGet(() -> List.of(EngineEndpoint.parse("unix:///var/run/docker.sock", "", false)));
    } catch (IllegalArgumentException e) {
      throw config.invalid("host", e.getMessage());
    }
  }
}
