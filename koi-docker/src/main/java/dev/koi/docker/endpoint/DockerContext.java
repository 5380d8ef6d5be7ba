package dev.koi.docker.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.docker.endpoint.EngineEndpoint.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A context of the docker command: a named engine, kept in Docker's configuration directory.
 *
 * @param name its name
 * @param source the setting that chose it: "DOCKER_CONTEXT" or the path of config.json
 * @param directory Docker's configuration directory
 */
record DockerContext(String name, String source, Path directory) {

  /** Returns Docker's configuration directory. */
  static Path configDirectory(ProcessEnvironment environment) {
    return environment
        .variable("DOCKER_CONFIG")
        .map(Path::of)
        .orElse(environment.home().resolve(".docker"));
  }

  /**
   * Returns the context in use; empty if it is the default one.
   *
   * @param warnings is given a sentence if config.json cannot be used; like the docker command, Koi
   *     then uses the default context
   */
  static Optional<DockerContext> current(
      ProcessEnvironment environment, Consumer<String> warnings) {
    Path directory = configDirectory(environment);
    Optional<String> variable = environment.variable("DOCKER_CONTEXT");
    String source =
        variable.isPresent() ? "DOCKER_CONTEXT" : directory.resolve("config.json").toString();
    String name = variable.orElseGet(() -> currentContext(Path.of(source), warnings));
    return name.isEmpty() || name.equals("default")
        ? Optional.empty()
        : Optional.of(new DockerContext(name, source, directory));
  }

  private static String currentContext(Path config, Consumer<String> warnings) {
    try {
      return ConfigNode.json(config).get("currentContext").text();
    } catch (IOException e) {
      warnings.accept(e.getMessage() + "; Docker's default context is used");
      return "";
    }
  }

  /**
   * Returns the engine it names; empty if it names none, which means the default one.
   *
   * @throws IOException if the context does not exist or cannot be used
   */
  Optional<EngineEndpoint> endpoint(AddressParser addresses) throws IOException {
    ConfigNode docker;
    String host;
    try {
      docker = metadata().get("Endpoints").getExactly("docker");
      host = docker.get("Host").text();
    } catch (IOException e) {
      throw new IOException(described() + " cannot be used: " + e.getMessage(), e);
    }
    if (docker.isMissing()) {
      throw new IOException(described() + " has no endpoint for Docker");
    }
    Optional<Path> certificates =
        Optional.of(directory.resolve("contexts/tls").resolve(hash()).resolve("docker"))
            .filter(files -> docker.get("SkipTLSVerify").isTrue() || holdsFiles(files));
    try {
      return host.isEmpty()
          ? Optional.empty()
          : Optional.of(
              addresses.parse(host, Origin.NAMED, "Docker context " + name, certificates));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          String.format(
              "%s has a host that %s but was %s",
              described(), e.getMessage(), AddressParser.withoutPassword(host)),
          e);
    }
  }

  private ConfigNode metadata() throws IOException {
    Path file = directory.resolve("contexts/meta").resolve(hash()).resolve("meta.json");
    ConfigNode metadata = ConfigNode.json(file);
    if (metadata.isMissing()) {
      throw new IOException("it does not exist (no " + file + "); see docker context ls");
    }
    return metadata;
  }

  private String described() {
    return "the Docker context \"" + name + "\" (" + source + ")";
  }

  private static boolean holdsFiles(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isPresent();
    } catch (IOException e) {
      return Files.exists(directory); // cannot be read, and is reported when it is used
    }
  }

  /** Docker names the directories of a context by the hash of its name. */
  private String hash() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
