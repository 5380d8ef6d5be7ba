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
 * The environment of a process, as far as it decides where an engine is.
 *
 * @param variables the environment variables
 * @param home the user's home directory
 * @param uid the user's number; empty if unknown
 * @param windows whether this is Windows, which has named pipes instead of sockets
 */
public record ProcessEnvironment(
    Map<String, String> variables, Path home, String uid, boolean windows) {

  /** Copies the variables. */
  public ProcessEnvironment {
    variables = Map.copyOf(variables);
  }

  /** Returns the environment of this process. */
  public static ProcessEnvironment ofThisProcess() {
    return of(System.getenv());
  }

  /** Returns what this process's environment would be with these variables in place of its own. */
  public static ProcessEnvironment of(Map<String, String> variables) {
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    Path home = home(variables, System.getProperty("user.home"), windows);
    return new ProcessEnvironment(variables, home, uid(home), windows);
  }

  /**
   * Returns the home directory as the commands docker and podman find it: HOME, else the one that
   * the system keeps for the user.
   *
   * @param known Java's "user.home", which is "?" if the system does not know the user
   */
  static Path home(Map<String, String> variables, String known, boolean windows) {
    String home = windows ? "" : variables.getOrDefault("HOME", "");
    if (home.isEmpty()) {
      home = known.equals("?") ? "/nonexistent" : known;
    }
    return Path.of(home).toAbsolutePath();
  }

  /**
   * Java cannot ask for the user's number; the kernel's view of the process belongs to the user.
   */
  private static String uid(Path home) {
    for (Path own : List.of(Path.of("/proc/self"), home)) {
      try {
        return Files.getAttribute(own, "unix:uid").toString();
      } catch (IOException | UnsupportedOperationException e) {
        // Linux alone has /proc
      }
    }
    return "";
  }

  /** Returns the variable, or empty if it is not set or is the empty text. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /** Returns the directories in which services of this user keep their sockets. */
  public List<Path> runtimeDirectories() {
    return Stream.concat(
            variable("XDG_RUNTIME_DIR").map(Path::of).stream(),
            uid.isEmpty() ? Stream.empty() : Stream.of(Path.of("/run/user", uid)))
        .distinct()
        .toList();
  }

  /** Returns the directory of the user's configuration files. */
  public Path configDirectory() {
    return variable("XDG_CONFIG_HOME").map(Path::of).orElse(home.resolve(".config"));
  }

  /** Returns whether a shell would find that command. */
  public boolean hasCommand(String name) {
    return Arrays.stream(variable("PATH").orElse("").split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }
}
