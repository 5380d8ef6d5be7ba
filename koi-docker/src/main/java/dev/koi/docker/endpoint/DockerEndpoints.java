package dev.koi.docker.endpoint;

import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a Docker engine may be, as Docker's own command line decides it: Koi's configuration, else
 * DOCKER_HOST, else the current context, else the places where engines usually listen.
 */
public final class DockerEndpoints {

  private DockerEndpoints() {}

  /**
   * Returns the places to try, in order.
   *
   * @throws IllegalArgumentException if the configuration or DOCKER_HOST cannot be used
   * @throws IOException if the current context cannot be used
   */
  public static List<EngineEndpoint> of(BackendConfig config, ProcessEnvironment surroundings)
      throws IOException {
    Optional<EngineEndpoint> named =
        EngineEndpoint.named(config, surroundings, "DOCKER_HOST", certificates(surroundings));
    if (named.isPresent()) {
      return List.of(named.get());
    }
    Optional<DockerContext> context = DockerContext.current(surroundings);
    return context.isPresent()
        ? List.of(context.get().endpoint(config.bool("insecure", false)))
        : usual(surroundings);
  }

  /** Returns where DOCKER_HOST's certificates are, if DOCKER_TLS_VERIFY asks for TLS. */
  private static Optional<Path> certificates(ProcessEnvironment surroundings) {
    return surroundings
        .variable("DOCKER_TLS_VERIFY")
        .map(
            any ->
                surroundings
                    .variable("DOCKER_CERT_PATH")
                    .map(Path::of)
                    .orElse(DockerContext.configDirectory(surroundings)));
  }

  private static List<EngineEndpoint> usual(ProcessEnvironment surroundings) {
    if (surroundings.windows()) {
      return List.of(
          EngineEndpoint.usualPipe("docker_engine"),
          EngineEndpoint.usualPipe("dockerDesktopLinuxEngine"));
    }
    Path home = surroundings.home();
    return Stream.of(
            Stream.of(Path.of("/var/run/docker.sock")),
            surroundings.runtimeDirectories().stream().map(path -> path.resolve("docker.sock")),
            Stream.of(
                home.resolve(".docker/run/docker.sock"), // Docker Desktop on a Mac
                home.resolve(".docker/desktop/docker.sock")), // and on Linux
            colimaProfiles(home.resolve(".colima")),
            Stream.of(
                home.resolve(".orbstack/run/docker.sock"),
                home.resolve(".rd/docker.sock"))) // Rancher Desktop
        .flatMap(paths -> paths)
        .map(EngineEndpoint::usual)
        .toList();
  }

  /**
   * Returns the sockets of Colima's virtual machines: of the default one, and of those there are.
   */
  private static Stream<Path> colimaProfiles(Path directory) {
    Path usual = directory.resolve("default/docker.sock");
    try (Stream<Path> profiles = Files.list(directory)) {
      List<Path> others =
          profiles
              .map(profile -> profile.resolve("docker.sock"))
              .filter(socket -> Files.exists(socket) && !socket.equals(usual))
              .sorted()
              .toList();
      return Stream.concat(Stream.of(usual), others.stream());
    } catch (IOException e) {
      return Stream.of(usual); // there is no Colima
    }
  }
}
