package dev.koi.podman;

import dev.koi.docker.engine.EngineEndpoint;
import dev.koi.docker.engine.Surroundings;
import dev.koi.spi.BackendConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where Podman may serve its API: Koi's configuration, else CONTAINER_HOST, else the user's own
 * socket, root's, and those of the virtual machine on a Mac.
 */
final class PodmanEndpoints {

  private PodmanEndpoints() {}

  /**
   * Returns the places to try, in order.
   *
   * @throws IllegalArgumentException if the configuration or CONTAINER_HOST cannot be used
   */
  static List<EngineEndpoint> of(BackendConfig config, Surroundings surroundings) {
    return EngineEndpoint.named(config, surroundings, "CONTAINER_HOST", Optional.empty())
        .map(List::of)
        .orElseGet(() -> usual(surroundings));
  }

  private static List<EngineEndpoint> usual(Surroundings surroundings) {
    if (surroundings.windows()) {
      return List.of(EngineEndpoint.usualPipe("podman-machine-default"));
    }
    return Stream.of(
            surroundings.runtimeDirectories().stream()
                .map(path -> path.resolve("podman/podman.sock")),
            Stream.of(Path.of("/run/podman/podman.sock")),
            surroundings.variable("TMPDIR").stream() // a Mac's, since Podman 5
                .map(path -> Path.of(path, "podman/podman-machine-default-api.sock")),
            Stream.of(
                surroundings // and before
                    .home()
                    .resolve(".local/share/containers/podman/machine/podman.sock")))
        .flatMap(paths -> paths)
        .map(EngineEndpoint::usual)
        .toList();
  }
}
