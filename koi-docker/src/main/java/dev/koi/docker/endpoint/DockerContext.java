package dev.koi.docker.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A context of Docker's command line: a named engine, kept in its configuration directory.
 *
 * @param name its name
 * @param source who chose it, "DOCKER_CONTEXT" or the path of config.json
 * @param directory Docker's configuration directory
 */
record DockerContext(String name, String source, Path directory) {

  /** Returns Docker's configuration directory. */
  static Path configDirectory(ProcessEnvironment surroundings) {
    return surroundings
        .variable("DOCKER_CONFIG")
        .map(Path::of)
        .orElse(surroundings.home().resolve(".docker"));
  }

  /** Returns the context in use; empty if it is the default, which names no engine. */
  static Optional<DockerContext> current(ProcessEnvironment surroundings) throws IOException {
    Path directory = configDirectory(surroundings);
    Path config = directory.resolve("config.json");
    Optional<String> variable = surroundings.variable("DOCKER_CONTEXT");
    String name =
        variable.isPresent()
            ? variable.get()
            : read(config).map(json -> json.path("currentContext").asText()).orElse("");
    return name.isEmpty() || name.equals("default")
        ? Optional.empty()
        : Optional.of(
            new DockerContext(
                name, variable.isPresent() ? "DOCKER_CONTEXT" : config.toString(), directory));
  }

  /** Returns the engine it names. */
  EngineEndpoint endpoint(boolean insecure) throws IOException {
    Path meta = directory.resolve("contexts/meta").resolve(hash()).resolve("meta.json");
    String described = "the Docker context \"" + name + "\" (" + source + ")";
    JsonNode json =
        read(meta)
            .orElseThrow(
                () ->
                    new IOException(
                        described
                            + " does not exist: no file "
                            + meta
                            + "; see docker context ls"));
    String host = json.at("/Endpoints/docker/Host").asText();
    Path certificates = directory.resolve("contexts/tls").resolve(hash()).resolve("docker");
    try {
      return EngineEndpoint.parse(
          host,
          "Docker context " + name,
          false,
          Optional.of(certificates).filter(Files::isDirectory),
          insecure);
    } catch (IllegalArgumentException e) {
      throw new IOException(described + " has a host that " + e.getMessage() + ": " + host, e);
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

  private static Optional<JsonNode> read(Path file) throws IOException {
    try {
      byte[] json = Files.readAllBytes(file);
      return Optional.of(new JsonMapper().readTree(json)); // made only if there is such a file
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException e) {
      // its own message would quote the file, which may hold credentials
      throw new IOException(file + " is no valid JSON; correct it, or set DOCKER_HOST");
    } catch (IOException e) {
      String help = "; make it readable, or set DOCKER_HOST";
      throw new IOException(
          "cannot read " + file + " (" + e.getClass().getSimpleName() + ")" + help, e);
    }
  }
}
