package dev.koi.podman;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.ProcessEnvironment;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection of {@code podman system connection}: a named engine, kept in Podman's configuration
 * of the user or of the machine.
 *
 * @param name its name
 * @param source who chose it, the key of Koi's configuration or "CONTAINER_CONNECTION"
 * @param configured whether Koi's own configuration chose it
 */
record PodmanConnection(String name, String source, boolean configured) {

  /**
   * Returns the engine it names.
   *
   * @param certificates for TLS, if it is a tcp:// one
   * @throws IOException if there is no such connection, or none that can be used
   */
  EngineEndpoint endpoint(
      ProcessEnvironment surroundings, Optional<Path> certificates, boolean insecure)
      throws IOException {
    String described = "the Podman connection \"" + name + "\" (" + source + ")";
    List<Path> files = files(surroundings);
    for (Path file : files) {
      String uri = read(file).path(name).path(isJson(file) ? "URI" : "uri").asText();
      if (!uri.isEmpty()) {
        try {
          return EngineEndpoint.parse(
              uri, "Podman connection " + name, configured, certificates, insecure);
        } catch (IllegalArgumentException e) {
          throw new IOException(
              described + " in " + file + " has a URI that " + e.getMessage() + ", but is " + uri,
              e);
        }
      }
    }
    throw new IOException(
        described + " does not exist in any of " + files + "; see podman system connection ls");
  }

  /** Returns the files that may hold connections; the first that has one of that name counts. */
  static List<Path> files(ProcessEnvironment surroundings) {
    Path home =
        surroundings
            .variable("XDG_CONFIG_HOME")
            .or(() -> surroundings.windows() ? surroundings.variable("APPDATA") : Optional.empty())
            .map(Path::of)
            .orElse(surroundings.home().resolve(".config"));
    List<Path> files = new ArrayList<>();
    files.add( // since Podman 5
        surroundings
            .variable("PODMAN_CONNECTIONS_CONF")
            .map(Path::of)
            .orElse(home.resolve("containers/podman-connections.json")));
    surroundings.variable("CONTAINERS_CONF_OVERRIDE").map(Path::of).ifPresent(files::add);
    Optional<Path> instead = surroundings.variable("CONTAINERS_CONF").map(Path::of);
    files.addAll(
        instead.isPresent()
            ? List.of(instead.get())
            : List.of(
                home.resolve("containers/containers.conf"),
                Path.of("/etc/containers/containers.conf"),
                Path.of("/usr/share/containers/containers.conf")));
    return files;
  }

  private static boolean isJson(Path file) {
    return !file.toString().endsWith(".conf");
  }

  /** Returns the connections in that file; nothing if it does not exist. */
  private static JsonNode read(Path file) throws IOException {
    try {
      byte[] text = Files.readAllBytes(file);
      return isJson(file)
          ? new JsonMapper().readTree(text).at("/Connection/Connections")
          : new TomlMapper().readTree(text).at("/engine/service_destinations");
    } catch (NoSuchFileException e) {
      return new JsonMapper().missingNode();
    } catch (AccessDeniedException e) {
      throw new IOException("no permission to read Podman's connections in " + file, e);
    } catch (JacksonException e) {
      // its own message would quote the file
      throw new IOException(
          file + " is no valid " + (isJson(file) ? "JSON" : "TOML") + "; correct it, or set host");
    }
  }
}
