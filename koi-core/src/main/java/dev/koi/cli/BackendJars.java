package dev.koi.cli;

import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.jar.JarFile;

/**
 * The jars of third parties in {@code backends/}, which run with all rights of this process.
 *
 * @param loader loads Koi's own classes and those of the jars
 * @param problems one sentence for each jar that cannot be used
 */
record BackendJars(ClassLoader loader, List<String> problems) {

  /** No jars. */
  static final BackendJars NONE = new BackendJars(BackendJars.class.getClassLoader(), List.of());

  private static final String REGISTRATION = "META-INF/services/" + RuntimeBackend.class.getName();

  /**
   * Finds the jars of a distribution. Loads nothing.
   *
   * @throws IllegalArgumentException if somebody else could replace code or settings of this
   *     distribution
   */
  static BackendJars of(Path home) throws IOException {
    TrustedFiles trusted = new TrustedFiles();
    for (String directory : List.of("lib", "conf", "backends")) {
      trusted.require(home.resolve(directory));
    }
    List<URL> usable = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path jar : jars(home.resolve("backends"))) {
      String problem = problem(jar);
      if (problem.isEmpty()) {
        trusted.require(jar);
        usable.add(jar.toUri().toURL());
      } else {
        problems.add(jar + " " + problem);
      }
    }
    return usable.isEmpty()
        ? new BackendJars(NONE.loader, problems)
        : new BackendJars(
            new URLClassLoader("backends", usable.toArray(URL[]::new), NONE.loader), problems);
  }

  static TreeSet<Path> jars(Path directory) throws IOException {
    TreeSet<Path> jars = new TreeSet<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        for (Path file : files) {
          if (file.toString().toLowerCase(Locale.ROOT).endsWith(".jar")) {
            jars.add(file);
          }
        }
      }
    }
    return jars;
  }

  /** Returns why the jar cannot be used; empty if it can. */
  private static String problem(Path jar) {
    if (!Files.exists(jar)) {
      return "is a link to a file that does not exist";
    } else if (!Files.isRegularFile(jar)) {
      return "is not a regular file";
    } else if (!Files.isReadable(jar)) {
      return "cannot be read by user " + System.getProperty("user.name");
    }
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      return file.getEntry(REGISTRATION) == null
          ? "registers no backend: it has no " + REGISTRATION
          : "";
    } catch (IOException e) {
      return "is not a jar: " + e.getMessage();
    }
  }
}
