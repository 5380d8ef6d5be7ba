package dev.koi.docker;

import dev.koi.docker.engine.EngineEndpoint;
import dev.koi.docker.engine.Surroundings;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a Docker engine may be, as Docker's own command line decides it: Koi's configuration, else
 * DOCKER_HOST, else the current context, else the places where engines usually listen.
 */
final class DockerEndpoints {

  private DockerEndpoints() {}

  /**
   * Returns the places to try, in order.
   *
   * @throws IllegalArgumentException if the configuration or DOCKER_HOST cannot be used
   * @throws IOException if the current context cannot be used
   */
  static List<EngineEndpoint> of(BackendConfig config, Surroundings surroundings)
      throws IOException {
    boolean insecure = config.bool("insecure", false);
    Optional<String> host = config.string("host");
    if (host.isPresent()) {
      try {
        return List.of(
            EngineEndpoint.parse(
                host.get(),
                config.fullKey("host"),
                true,
                config.string("cert-path").map(Path::of),
                insecure));
      } catch (IllegalArgumentException e) {
        throw config.invalid("host", e.getMessage());
      }
    }
    Optional<String> dockerHost = surroundings.variable("DOCKER_HOST");
    if (dockerHost.isPresent()) {
      try {
        return List.of(
            EngineEndpoint.parse(
                dockerHost.get(), "DOCKER_HOST", false, certificates(surroundings), insecure));
      } catch (IllegalArgumentException e) {
        throw config.invalid(
            "host",
            "is not set, and DOCKER_HOST " + e.getMessage() + " but was " + dockerHost.get());
      }
    }
    Optional<DockerContext> context = DockerContext.current(surroundings);
    if (context.isPresent()) {
      return List.of(context.get().endpoint(insecure));
    }
    return usual(surroundings);
  }

  /** Returns where DOCKER_HOST's certificates are, if DOCKER_TLS_VERIFY asks for TLS. */
  private static Optional<Path> certificates(Surroundings surroundings) {
    return surroundings
        .variable("DOCKER_TLS_VERIFY")
        .map(
            any ->
                surroundings
                    .variable("DOCKER_CERT_PATH")
                    .map(Path::of)
                    .orElse(DockerContext.configDirectory(surroundings)));
  }

  private static List<EngineEndpoint> usual(Surroundings surroundings) {
    if (surroundings.windows()) {
      return List.of(EngineEndpoint.usualPipe("docker_engine"));
    }
    Path home = surroundings.home();
    return Stream.of(
            Stream.of(Path.of("/var/run/docker.sock")),
            surroundings.runtimeDirectories().stream().map(path -> path.resolve("docker.sock")),
            Stream.of(
                home.resolve(".docker/run/docker.sock"), // Docker Desktop on a Mac
                home.resolve(".docker/desktop/docker.sock"), // and on Linux
                home.resolve(".colima/default/docker.sock"),
                home.resolve(".orbstack/run/docker.sock"),
                home.resolve(".rd/docker.sock"))) // Rancher Desktop
        .flatMap(paths -> paths)
        .map(EngineEndpoint::usual)
        .toList();
  }
}
