package dev.koi.podman;

import dev.koi.docker.endpoint.AddressParser;
import dev.koi.docker.endpoint.DockerEndpoints;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.EngineEndpoint.Origin;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The places where Podman may serve its API: the one that Koi's configuration names, else the one
 * that the podman command would use, else the one that the docker command would use, since it may
 * be Podman's, and those where Podman usually listens.
 */
final class PodmanEndpoints {

  private static final String CONNECTION = "connection";

  private final BackendConfig config;
  private final ProcessEnvironment environment;
  private final AddressParser addresses;

  private PodmanEndpoints(BackendConfig config, ProcessEnvironment environment) {
    this.config = config;
    this.environment = environment;
    addresses = new AddressParser(config, environment);
  }

  /**
   * Returns the places to try, in order.
   *
   * @throws IllegalArgumentException if the configuration or CONTAINER_HOST cannot be used
   * @throws IOException if a connection of Podman's is asked for, but cannot be used
   */
  static List<EngineEndpoint> of(BackendConfig config, ProcessEnvironment environment)
      throws IOException {
    PodmanEndpoints endpoints = new PodmanEndpoints(config, environment);
    Optional<EngineEndpoint> named = endpoints.named();
    return named.isPresent()
        ? List.of(named.get())
        : Stream.concat(endpoints.dockers().stream(), endpoints.usual().stream()).toList();
  }

  private Optional<EngineEndpoint> named() throws IOException {
    Optional<String> connection = config.string(CONNECTION);
    Optional<EngineEndpoint> configured = addresses.configured();
    if (connection.isPresent() && configured.isPresent()) {
      throw config.invalid(CONNECTION, "must not be set together with host");
    }
    if (configured.isPresent()) {
      return configured;
    }
    if (connection.isPresent()) {
      return endpoint(
          new PodmanConnection(connection.get(), config.fullKey(CONNECTION), Origin.CONFIGURED));
    }
    Optional<String> host = environment.variable("CONTAINER_HOST");
    if (host.isPresent()) {
      return Optional.of(addresses.ofVariable("CONTAINER_HOST", host.get(), Optional.empty()));
    }
    Optional<String> variable = environment.variable("CONTAINER_CONNECTION");
    if (variable.isPresent()) {
      return endpoint(new PodmanConnection(variable.get(), "CONTAINER_CONNECTION", Origin.NAMED));
    }
    Optional<PodmanConnection> remote = PodmanConnection.ofRemotePodman(environment);
    return remote.isPresent() ? endpoint(remote.get()) : Optional.empty();
  }

  private Optional<EngineEndpoint> endpoint(PodmanConnection connection) throws IOException {
    return Optional.of(connection.endpoint(environment, addresses));
  }

  /** Returns the engine that the docker command would use; Docker's backend reports its errors. */
  private Optional<EngineEndpoint> dockers() {
    try {
      return DockerEndpoints.named(config, environment, warning -> {})
          .map(EngineEndpoint::borrowed);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private List<EngineEndpoint> usual() {
    if (environment.windows()) {
      return List.of(EngineEndpoint.usualPipe("podman-machine-default"));
    }
    Path roots = Path.of("/run/podman/podman.sock");
    Path temporary = Path.of(environment.variable("TMPDIR").orElse("/tmp"));
    return Stream.of(
            environment.uid().equals("0") ? Stream.of(roots) : Stream.<Path>empty(),
            environment.runtimeDirectories().stream()
                .map(path -> path.resolve("podman/podman.sock")),
            Stream.of(temporary.resolve("podman-run-" + environment.uid())) // without the former
                .filter(this::isOwn)
                .map(path -> path.resolve("podman/podman.sock")),
            Stream.of(roots),
            environment.variable("TMPDIR").stream() // a Mac's, since Podman 5
                .map(path -> Path.of(path, "podman/podman-machine-default-api.sock")),
            Stream.of(
                environment // and before
                    .home()
                    .resolve(".local/share/containers/podman/machine/podman.sock")))
        .flatMap(paths -> paths)
        .distinct()
        .map(EngineEndpoint::usual)
        .toList();
  }

  /** Anyone may have made a directory in /tmp. */
  private boolean isOwn(Path directory) {
    try {
      return Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
          .toString()
          .equals(environment.uid());
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
