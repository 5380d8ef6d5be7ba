package dev.koi.docker.endpoint;

import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The places where a Docker engine may be: the one that Koi's configuration names, else the one
 * that the docker command would use, else those where engines usually listen.
 */
public final class DockerEndpoints {

  private static final Path SOCKET = Path.of("/var/run/docker.sock");

  private DockerEndpoints() {}

  /**
   * Returns the places to try, in order.
   *
   * @param warnings is given a sentence for each setting that is passed over, as the docker command
   *     does
   * @throws IllegalArgumentException if the configuration or DOCKER_HOST cannot be used
   * @throws IOException if the current context cannot be used
   */
  public static List<EngineEndpoint> of(
      BackendConfig config, ProcessEnvironment environment, Consumer<String> warnings)
      throws IOException {
    Optional<EngineEndpoint> configured = new AddressParser(config, environment).configured();
    Optional<EngineEndpoint> only =
        configured.isPresent() ? configured : named(config, environment, warnings);
    return only.map(List::of).orElseGet(() -> usual(environment));
  }

  /**
   * Returns the engine that DOCKER_HOST or the current context names, if either does.
   *
   * @throws IllegalArgumentException if DOCKER_HOST cannot be used
   * @throws IOException if the current context cannot be used
   */
  public static Optional<EngineEndpoint> named(
      BackendConfig config, ProcessEnvironment environment, Consumer<String> warnings)
      throws IOException {
    AddressParser addresses = new AddressParser(config, environment);
    Optional<Path> certificates = certificates(environment);
    Optional<String> host = environment.variable("DOCKER_HOST").map(String::strip);
    if (host.isPresent()) {
      boolean usual = host.get().isEmpty() || host.get().equals("unix://");
      String address = usual ? "unix://" + SOCKET : host.get();
      return Optional.of(addresses.ofVariable("DOCKER_HOST", address, certificates));
    }
    Optional<DockerContext> context = DockerContext.current(environment, warnings);
    if (context.isPresent()) {
      return context.get().endpoint(addresses);
    }
    return certificates.map(
        any -> addresses.ofVariable("DOCKER_TLS", "tcp://localhost:2376", certificates));
  }

  /** Returns where the certificates are, if the environment asks for TLS, by any value. */
  private static Optional<Path> certificates(ProcessEnvironment environment) {
    return environment
        .variable("DOCKER_TLS_VERIFY")
        .or(() -> environment.variable("DOCKER_TLS"))
        .map(
            any ->
                environment
                    .variable("DOCKER_CERT_PATH")
                    .map(Path::of)
                    .orElse(DockerContext.configDirectory(environment)));
  }

  private static List<EngineEndpoint> usual(ProcessEnvironment environment) {
    if (environment.windows()) {
      return List.of(
          EngineEndpoint.usualPipe("docker_engine"),
          EngineEndpoint.usualPipe("dockerDesktopLinuxEngine"));
    }
    Path home = environment.home();
    return Stream.of(
            Stream.of(SOCKET),
            environment.runtimeDirectories().stream().map(path -> path.resolve("docker.sock")),
            Stream.of(
                home.resolve(".docker/run/docker.sock"), // Docker Desktop on a Mac
                home.resolve(".docker/desktop/docker.sock")), // and on Linux
            colima(environment),
            Stream.of(
                home.resolve(".orbstack/run/docker.sock"),
                home.resolve(".rd/docker.sock"))) // Rancher Desktop
        .flatMap(paths -> paths)
        .map(EngineEndpoint::usual)
        .toList();
  }

  /** Returns the sockets of Colima's virtual machines, the default one first. */
  private static Stream<Path> colima(ProcessEnvironment environment) {
    Path home = environment.home();
    Stream<Path> directories =
        Stream.of(
                environment.variable("COLIMA_HOME").map(Path::of).stream(),
                Stream.of(home.resolve(".colima")),
                Stream.of(environment.configDirectory().resolve("colima")),
                Stream.of(home.resolve(".config/colima")))
            .flatMap(paths -> paths);
    return Stream.concat(
            Stream.of(home.resolve(".colima/default/docker.sock")),
            directories.flatMap(DockerEndpoints::colimaProfiles))
        .distinct();
  }

  private static Stream<Path> colimaProfiles(Path directory) {
    Path usual = directory.resolve("default/docker.sock");
    try (Stream<Path> profiles = Files.list(directory)) {
      List<Path> others = profiles.map(profile -> profile.resolve("docker.sock")).sorted().toList();
      return Stream.concat(Stream.of(usual), others.stream()).filter(Files::exists);
    } catch (IOException e) {
      return Stream.empty(); // there is no Colima
    }
  }
}
