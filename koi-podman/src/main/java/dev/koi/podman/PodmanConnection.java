package dev.koi.podman;

import dev.koi.docker.endpoint.AddressParser;
import dev.koi.docker.endpoint.ConfigNode;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.EngineEndpoint.Origin;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.text.TextFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of {@code podman system connection}: a named engine, kept in Podman's configuration
 * of the user or of the machine.
 *
 * @param name its name
 * @param source the setting that chose it
 * @param origin whether that setting is Koi's or Podman's
 */
record PodmanConnection(String name, String source, Origin origin) {

  private static final Logger LOG = LoggerFactory.getLogger(PodmanConnection.class);

  private static final List<String> VARIABLES =
      List.of("CONTAINERS_CONF_OVERRIDE", "CONTAINERS_CONF");

  private static final Pattern REMOTE = Pattern.compile("(?m)^\\s*(engine\\.)?remote\\s*=\\s*true");

  /**
   * Returns Podman's default connection if containers.conf says that podman works on a remote
   * engine; without that, podman uses no connection unless asked to. A file that this user may not
   * read is passed over, unless a variable names it: the machine may have no Podman at all.
   *
   * @throws IOException if a file cannot be read
   */
  static Optional<PodmanConnection> ofRemotePodman(ProcessEnvironment environment)
      throws IOException {
    for (Path file : tomlFiles(environment)) {
      String text = textIfPermitted(file, environment);
      if (REMOTE.matcher(text).find() && toml(file, text).get("remote").isTrue()) {
        String name = defaultName(environment);
        return name.isEmpty()
            ? Optional.empty()
            : Optional.of(new PodmanConnection(name, file.toString(), Origin.NAMED));
      }
    }
    return Optional.empty();
  }

  private static String textIfPermitted(Path file, ProcessEnvironment environment)
      throws IOException {
    try {
      return TextFile.read(file).orElse("");
    } catch (IOException e) {
      if (e.getCause() instanceof AccessDeniedException && !isNamed(file, environment)) {
        LOG.debug("{}; it may name a remote Podman", e.getMessage());
        return "";
      }
      throw e;
    }
  }

  private static boolean isNamed(Path file, ProcessEnvironment environment) {
    return VARIABLES.stream()
        .anyMatch(
            variable -> environment.variable(variable).map(Path::of).equals(Optional.of(file)));
  }

  private static String defaultName(ProcessEnvironment environment) throws IOException {
    String name = ConfigNode.json(jsonFile(environment)).get("Connection").get("Default").text();
    for (Path file : tomlFiles(environment)) {
      if (name.isEmpty()) {
        name = toml(file).get("active_service").text();
      }
    }
    return name;
  }

  /**
   * Returns the engine it names.
   *
   * @throws IOException if there is no such connection, or none that can be used
   */
  EngineEndpoint endpoint(ProcessEnvironment environment, AddressParser addresses)
      throws IOException {
    Path json = jsonFile(environment);
    ConfigNode connections = ConfigNode.json(json).get("Connection").get("Connections");
    String uri = connections.getExactly(name).get("URI").text();
    Path found = json;
    List<Path> files = tomlFiles(environment);
    for (Path file : files) {
      if (uri.isEmpty()) {
        uri = toml(file).get("service_destinations").getExactly(name).get("uri").text();
        found = file;
      }
    }
    String described = "the Podman connection \"" + name + "\" (" + source + ")";
    if (uri.isEmpty()) {
      throw new IOException(
          String.format(
              "%s does not exist: it is neither in %s nor in any of %s; see podman system"
                  + " connection ls",
              described, json, files));
    }
    try {
      return addresses.parse(uri, origin, "Podman connection " + name, Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          String.format(
              "%s in %s has a URI that %s but was %s",
              described, found, e.getMessage(), AddressParser.withoutPassword(uri)),
          e);
    }
  }

  /** Returns the file in which Podman 5 keeps connections. Podman reads it first. */
  static Path jsonFile(ProcessEnvironment environment) {
    return environment
        .variable("PODMAN_CONNECTIONS_CONF")
        .map(Path::of)
        .orElseGet(() -> directory(environment).resolve("podman-connections.json"));
  }

  /**
   * Returns the files that may hold connections, as TOML whatever their names; the first that has
   * one of a name counts.
   *
   * @throws IOException if a variable names a file that does not exist
   */
  static List<Path> tomlFiles(ProcessEnvironment environment) throws IOException {
    List<Path> files = new ArrayList<>();
    boolean replaced = false;
    for (String variable : VARIABLES) {
      Optional<Path> file = environment.variable(variable).map(Path::of);
      if (file.isPresent() && Files.notExists(file.get())) {
        throw new IOException(
            variable + " names a file that does not exist: " + file.get(),
            new NoSuchFileException(file.get().toString()));
      }
      file.ifPresent(files::add);
      replaced = file.isPresent();
    }
    if (!replaced) {
      Path own = directory(environment).resolve("containers.conf");
      Path machine = Path.of("/etc/containers/containers.conf");
      for (Path file : List.of(own, machine)) {
        files.addAll(additions(Path.of(file + ".d")));
        files.add(file);
      }
      files.add(Path.of("/usr/share/containers/containers.conf"));
    }
    return files;
  }

  private static Path directory(ProcessEnvironment environment) {
    Optional<Path> windows =
        environment.windows() ? environment.variable("APPDATA").map(Path::of) : Optional.empty();
    return (environment.variable("XDG_CONFIG_HOME").isPresent()
            ? environment.configDirectory()
            : windows.orElse(environment.configDirectory()))
        .resolve("containers");
  }

  /** Returns the files of a containers.conf.d; the last one counts before the others. */
  private static List<Path> additions(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".conf"))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  private static ConfigNode toml(Path file) throws IOException {
    return toml(file, TextFile.read(file).orElse(""));
  }

  /** Returns the table "engine". */
  private static ConfigNode toml(Path file, String text) throws IOException {
    try {
      return new ConfigNode(file.toString(), Toml.parse(text)).get("engine");
    } catch (IOException e) {
      throw new IOException(file + " " + e.getMessage(), e);
    }
  }
}
