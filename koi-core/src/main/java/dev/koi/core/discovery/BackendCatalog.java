package dev.koi.core.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The backends that were found, and what was wrong with the others.
 *
 * <p>A broken jar costs its own backends and nothing else. Of two backends with one name the first
 * on the class path is used, and the other is a problem. Immutable.
 */
public final class BackendCatalog {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Set<String> RESERVED = Set.of("auto", "all");

  /**
   * No class path has as many broken registrations; a loader that repeats one for ever ends here.
   */
  private static final int MOST_PROBLEMS = 100;

  private static final String REGISTRATION = "META-INF/services/" + RuntimeBackend.class.getName();
  private static final int MOST_REGISTERED = 1 << 16; // bytes

  private final SortedMap<String, DiscoveredBackend> backends = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private BackendCatalog() {}

  /**
   * Finds backends.
   *
   * @param given those that the caller made itself; they come first
   * @param loader whose class path is searched
   */
  public static BackendCatalog discover(
      Collection<? extends RuntimeBackend> given, ClassLoader loader) {
    BackendCatalog catalog = new BackendCatalog();
    given.forEach(catalog::add);
    Iterator<ServiceLoader.Provider<RuntimeBackend>> found =
        ServiceLoader.load(RuntimeBackend.class, loader).stream().iterator();
    while (catalog.problems.size() < MOST_PROBLEMS) {
      try {
        if (!found.hasNext()) {
          break;
        }
        catalog.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        catalog.problems.add(
            "a backend's registration is broken: "
                + e.getMessage()
                + registeredIn(loader, String.valueOf(e.getMessage())));
      }
    }
    return catalog;
  }

  /** Returns which jar names the class that the complaint is about; empty if none is found. */
  private static String registeredIn(ClassLoader loader, String complaint) {
    try {
      for (URL file : Collections.list(loader.getResources(REGISTRATION))) {
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false); // a cached jar would stay open
        try (InputStream text = connection.getInputStream()) {
          String names = new String(text.readNBytes(MOST_REGISTERED), UTF_8);
          if (names.lines().map(String::strip).anyMatch(n -> named(n, complaint))) {
            return "; it is registered in " + file;
          }
        }
      }
    } catch (IOException e) {
      // then the complaint must do
    }
    return "";
  }

  private static boolean named(String name, String complaint) {
    return !name.isEmpty() && (" " + complaint + " ").contains(" " + name + " ");
  }

  private void add(ServiceLoader.Provider<RuntimeBackend> provider) {
    String what = provider.type().getName() + " in " + sourceOf(provider.type());
    try {
      add(provider.get());
    } catch (ServiceConfigurationError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      problems.add(what + " cannot be made: " + cause);
    } catch (Throwable e) { // a stranger's constructor may throw anything
      problems.add(what + " cannot be made: " + e);
    }
  }

  private void add(RuntimeBackend backend) {
    String what = backend.getClass().getName() + " in " + sourceOf(backend.getClass());
    String name;
    try {
      name = backend.name();
    } catch (Throwable e) { // a stranger's method may throw anything
      problems.add(what + " does not tell its name: " + e);
      return;
    }
    if (name == null || !NAME.matcher(name).matches() || RESERVED.contains(name)) {
      problems.add(
          what
              + " has the name '"
              + name
              + "'; a name is lower case letters, digits and hyphens, begins with a letter, has at"
              + " most 32, and is none of "
              + RESERVED.stream().sorted().toList());
      return;
    }
    DiscoveredBackend first = backends.get(name);
    if (first != null) {
      problems.add(what + " is not used: " + first.source() + " has a backend '" + name + "' too");
      return;
    }
    Class<?> type = backend.getClass();
    String version = type.getPackage().getImplementationVersion();
    backends.put(
        name, new DiscoveredBackend(name, version == null ? "" : version, sourceOf(type), backend));
  }

  private static String sourceOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return "";
    }
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException
        | IllegalArgumentException
        | java.nio.file.FileSystemNotFoundException e) {
      return source.getLocation().toString();
    }
  }

  /** Returns the backend of that name. */
  public Optional<DiscoveredBackend> find(String name) {
    return Optional.ofNullable(backends.get(name));
  }

  /** Returns the usable backends, sorted by name. */
  public Collection<DiscoveredBackend> backends() {
    return Collections.unmodifiableCollection(backends.values());
  }

  /** Returns what is wrong with others, one sentence each, in the order found. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
