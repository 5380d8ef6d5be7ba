package dev.koi.podman;

import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where Podman may serve its API: Koi's configuration, else CONTAINER_HOST or CONTAINER_CONNECTION,
 * else the user's own socket, root's, and those of the virtual machine on a Mac.
 */
final class PodmanEndpoints {

  private static final String CONNECTION = "connection";

  private PodmanEndpoints() {}

  /**
   * Returns the places to try, in order.
   *
   * @throws IllegalArgumentException if the configuration or CONTAINER_HOST cannot be used
   * @throws IOException if a connection of Podman's is asked for, but cannot be used
   */
  static List<EngineEndpoint> of(BackendConfig config, ProcessEnvironment surroundings)
      throws IOException {
    boolean insecure = config.bool("insecure", false);
    Optional<String> connection = config.string(CONNECTION);
    if (connection.isPresent()) {
      if (config.string("host").isPresent()) {
        throw config.invalid(CONNECTION, "must not be set together with host");
      }
      return List.of(
          new PodmanConnection(connection.get(), config.fullKey(CONNECTION), true)
              .endpoint(surroundings, config.string("cert-path").map(Path::of), insecure));
    }
    Optional<EngineEndpoint> named =
        EngineEndpoint.named(config, surroundings, "CONTAINER_HOST", Optional.empty());
    if (named.isPresent()) {
      return List.of(named.get());
    }
    Optional<String> variable = surroundings.variable("CONTAINER_CONNECTION");
    return variable.isPresent()
        ? List.of(
            new PodmanConnection(variable.get(), "CONTAINER_CONNECTION", false)
                .endpoint(surroundings, Optional.empty(), insecure))
        : usual(surroundings);
  }

  private static List<EngineEndpoint> usual(ProcessEnvironment surroundings) {
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
