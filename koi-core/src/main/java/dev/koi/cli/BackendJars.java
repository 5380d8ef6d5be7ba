package dev.koi.cli;

import com.typesafe.config.ConfigFactory;
import dev.koi.core.discovery.BackendCatalog;
import dev.koi.core.settings.SettingsException;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The backends of third parties in {@code backends/}: each jar, and each directory of jars, has a
 * class loader of its own. One that cannot be used affects no other. Their code runs with all
 * rights of this process.
 */
final class BackendJars {

  /** No jars. */
  static final BackendJars NONE = new BackendJars(new TrustedFiles(), "");

  private static final String DEFAULTS = "reference.conf";

  private final ClassLoader koi = BackendJars.class.getClassLoader();
  private final TrustedFiles trusted;
  private final String spi; // the version of koi-api; empty if unknown
  private final Map<String, Path> places = new TreeMap<>(); // by registered class
  private final Map<String, BackendLoader> loaders = new LinkedHashMap<>(); // by registered class
  private final List<String> problems = new ArrayList<>();

  private BackendJars(TrustedFiles trusted, String spi) {
    this.trusted = trusted;
    this.spi = spi;
  }

  /**
   * Finds the jars of a distribution. Runs none of their code.
   *
   * @throws IllegalArgumentException if another user could replace code or settings of this
   *     distribution
   */
  static BackendJars of(Path home) throws IOException {
    Optional<String> ours =
        Optional.ofNullable(RuntimeBackend.class.getPackage().getImplementationVersion());
    return of(home, ours.orElse(""));
  }

  /** As {@link #of(Path)}, with that version of koi-api; empty if unknown. */
  static BackendJars of(Path home, String spi) throws IOException {
    BackendJars jars = new BackendJars(new TrustedFiles(), spi);
    for (String directory : List.of("lib", "conf", "backends")) {
      jars.trusted.require(home.resolve(directory));
    }
    Path backends = home.resolve("backends");
    if (!Files.isDirectory(backends)) {
      return jars;
    }
    try {
      for (Path each : files(backends, BackendJars::mayBeBackend)) {
        jars.tryToAdd(each);
      }
    } catch (UnusableJarException e) {
      jars.problems.add(e.getMessage());
    }
    return jars;
  }

  /** Returns what loads Koi's own classes and finds the backends of the jars. */
  ClassLoader loader() {
    return loaders.isEmpty() ? koi : new AllBackends(koi, loaders);
  }

  /** Returns one sentence for each jar or directory that cannot be used. */
  List<String> problems() {
    return Collections.unmodifiableList(problems);
  }

  /** Returns the jars in a directory, sorted. */
  private static Set<Path> jars(Path directory) throws UnusableJarException, IOException {
    return files(directory, BackendJars::isJar);
  }

  private static boolean mayBeBackend(Path file) {
    boolean dangling = Files.isSymbolicLink(file) && !Files.exists(file);
    return isJar(file) || isVisibleDirectory(file) || dangling;
  }

  private static boolean isJar(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".jar");
  }

  private static boolean isVisibleDirectory(Path file) {
    return Files.isDirectory(file) && !file.getFileName().toString().startsWith(".");
  }

  private static Set<Path> files(Path directory, Predicate<Path> wanted)
      throws UnusableJarException, IOException {
    Set<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path file : all) {
        if (wanted.test(file)) {
          files.add(file);
        }
      }
    } catch (AccessDeniedException e) {
      throw new UnusableJarException(BackendJar.unreadable(directory));
    }
    return files;
  }

  private void tryToAdd(Path place) throws IOException {
    try {
      List<BackendJar> jars =
          Files.isDirectory(place) ? directory(place) : List.of(BackendJar.read(place));
      Set<Path> paths = jars.stream().map(BackendJar::path).collect(Collectors.toSet());
      for (BackendJar jar : jars) {
        jar.requireSpi(spi);
        jar.requireClassPathIn(paths);
      }
      List<String> classes = registered(place, jars);
      List<URL> urls = new ArrayList<>();
      for (BackendJar jar : jars) {
        trusted.require(jar.path());
        urls.add(jar.path().toUri().toURL());
      }
      BackendLoader loader = new BackendLoader(place.toString(), urls.toArray(URL[]::new), koi);
      requireDefaults(place, loader);
      for (String type : classes) {
        places.put(type, place);
        loaders.put(type, loader);
      }
    } catch (UnusableJarException e) {
      problems.add(e.getMessage());
    }
  }

  /** Returns the jars of a directory that can be read; the others are problems. */
  private List<BackendJar> directory(Path directory) throws UnusableJarException, IOException {
    trusted.require(directory);
    List<BackendJar> jars = new ArrayList<>();
    for (Path jar : jars(directory)) {
      try {
        jars.add(BackendJar.read(jar));
      } catch (UnusableJarException e) {
        problems.add(e.getMessage());
      }
    }
    for (Path inner : files(directory, BackendJars::isVisibleDirectory)) {
      if (!isJar(inner) && !jars(inner).isEmpty()) {
        problems.add(inner + " is not read; move its jars to " + directory);
      }
    }
    return jars;
  }

  /** Returns the registered classes; requires some, and that no other jar registers one of them. */
  private List<String> registered(Path place, List<BackendJar> jars)
      throws UnusableJarException, IOException {
    if (places.isEmpty()) {
      findOwn();
    }
    Map<String, Path> found = new LinkedHashMap<>();
    for (BackendJar jar : jars) {
      for (String type : jar.backends()) {
        Path other = places.getOrDefault(type, found.get(type));
        if (other != null && !other.equals(jar.path())) {
          throw new UnusableJarException(
              jar.path()
                  + " is not used: "
                  + other
                  + " has the backend "
                  + type
                  + ", too; remove one of them");
        }
        found.put(type, jar.path());
      }
    }
    if (found.isEmpty()) {
      throw new UnusableJarException(place + nothingRegistered(place, jars.size()));
    }
    return List.copyOf(found.keySet());
  }

  private static String nothingRegistered(Path place, int jars) {
    if (!Files.isDirectory(place)) {
      return " registers no backend: it has no "
          + BackendCatalog.REGISTRATION
          + "; a library belongs into a directory together with the backend's jar";
    }
    return jars == 0
        ? " holds no jar that can be read; put a backend's jar into it, or remove it"
        : " holds no jar with "
            + BackendCatalog.REGISTRATION
            + "; put the backend's jar into it, beside its libraries";
  }

  /** No jar may take the place of a backend that Koi brings. */
  private void findOwn() throws IOException {
    for (URL registration : Collections.list(koi.getResources(BackendCatalog.REGISTRATION))) {
      try (InputStream text = registration.openStream()) {
        BackendCatalog.registered(text).forEach(type -> places.put(type, Path.of("Koi itself")));
      }
    }
  }

  /**
   * Requires that the defaults can be read, so that a mistake in them affects this backend only.
   */
  private void requireDefaults(Path place, BackendLoader loader)
      throws UnusableJarException, IOException {
    List<URL> defaults = Collections.list(loader.findResources(DEFAULTS));
    if (defaults.isEmpty()) {
      return;
    }
    try {
      ClassLoader alone = new AllBackends(koi, Map.of(place.toString(), loader));
      SettingsLoader.load(ConfigFactory.empty(), Optional.empty(), alone);
    } catch (SettingsException e) { // or something else is wrong, which is reported elsewhere
      if (defaults.stream().anyMatch(file -> e.getMessage().contains(file.toString()))) {
        throw new UnusableJarException(
            place + " has a " + DEFAULTS + " that cannot be used: " + e.getMessage());
      }
    }
  }
}
