package dev.koi.docker.endpoint;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What decides where an engine is looked for, other than Koi's configuration.
 *
 * @param environment the environment variables
 * @param home the user's home directory
 * @param uid the user's number; empty if unknown
 * @param windows whether this is Windows, which has named pipes instead of sockets
 */
public record ProcessEnvironment(
    Map<String, String> environment, Path home, String uid, boolean windows) {

  /** Copies the environment. */
  public ProcessEnvironment {
    environment = Map.copyOf(environment);
  }

  /** Returns those of this process. */
  public static ProcessEnvironment ofThisProcess() {
    Path known = Path.of(System.getProperty("user.home")); // "?" for a user without, as in an image
    Path home = known.isAbsolute() ? known : Path.of("/nonexistent");
    return new ProcessEnvironment(
        System.getenv(),
        home,
        owner(home),
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows"));
  }

  /** The owner of one's home is oneself; Java has no other way to ask. */
  private static String owner(Path home) {
    try {
      return Files.getAttribute(home, "unix:uid").toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** Returns the variable, or empty if it is not set or is the empty text. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** Returns where services of this user keep their sockets. */
  public List<Path> runtimeDirectories() {
    return Stream.concat(
            variable("XDG_RUNTIME_DIR").map(Path::of).stream(),
            uid.isEmpty() ? Stream.empty() : Stream.of(Path.of("/run/user", uid)))
        .distinct()
        .toList();
  }

  /** Returns whether a shell would find that command. */
  public boolean hasCommand(String name) {
    return Arrays.stream(variable("PATH").orElse("").split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }
}
