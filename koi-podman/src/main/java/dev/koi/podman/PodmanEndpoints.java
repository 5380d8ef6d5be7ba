package dev.koi.podman;

import dev.koi.docker.engine.EngineEndpoint;
import dev.koi.spi.BackendConfig;
import java.util.List;

/** Where Podman may be. */
final class PodmanEndpoints {

  private PodmanEndpoints() {}

  static List<EngineEndpoint> of(BackendConfig config) {
    try {
      return config
          .string("host")
          .map(host -> List.of(EngineEndpoint.parse(host, config.fullKey("host"), true)))
          .orElseGet(
              () -> List.of(EngineEndpoint.parse("unix:///run/podman/podman.sock", "", false)));
    } catch (IllegalArgumentException e) {
      throw config.invalid("host", e.getMessage());
    }
  }
}
