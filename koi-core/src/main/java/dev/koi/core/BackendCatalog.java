package dev.koi.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.core.status.FoundBackend;
import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemNotFoundException;
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
 * The backends on the class path, and what is wrong with others.
 *
 * <p>A broken jar costs its own backends and nothing else. Of two backends with one name the first
 * on the class path is used, and the other is a problem. Immutable.
 */
final class BackendCatalog {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Set<String> RESERVED = Set.of("auto", "all");

  /** Ends the search in a loader that repeats one broken registration for ever. */
  private static final int MOST_PROBLEMS = 100;

  private static final String REGISTRATION = "META-INF/services/" + RuntimeBackend.class.getName();
  private static final int MOST_REGISTERED = 1 << 16; // bytes

  private record Entry(FoundBackend found, RuntimeBackend backend) {}

  private final SortedMap<String, Entry> backends = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private BackendCatalog() {}

  /**
   * Finds backends.
   *
   * @param given the caller's own; they come first
   * @param loader whose class path is searched
   */
  static BackendCatalog discover(Collection<? extends RuntimeBackend> given, ClassLoader loader) {
    BackendCatalog catalog = new BackendCatalog();
    given.forEach(catalog::add);
    Iterator<ServiceLoader.Provider<RuntimeBackend>> found =
        ServiceLoader.load(RuntimeBackend.class, loader).stream().iterator();
    List<String> broken = new ArrayList<>();
    while (broken.size() < MOST_PROBLEMS) {
      try {
        if (!found.hasNext()) {
          break;
        }
        catalog.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        broken.add("a backend's registration is broken: " + e.getMessage());
      }
    }
    if (!broken.isEmpty()) {
      List<String> explained = unusableRegistrations(loader);
      catalog.problems.addAll(explained.size() < broken.size() ? broken : List.of());
      catalog.problems.addAll(explained);
    }
    return catalog;
  }

  /** Returns the registered classes that cannot be loaded, each with its file. */
  private static List<String> unusableRegistrations(ClassLoader loader) {
    List<String> unusable = new ArrayList<>();
    try {
      for (URL file : Collections.list(loader.getResources(REGISTRATION))) {
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false); // a cached jar would stay open
        try (InputStream text = connection.getInputStream()) {
          new String(text.readNBytes(MOST_REGISTERED), UTF_8)
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(name -> !name.isEmpty())
              .forEach(
                  name ->
                      whyUnusable(name, loader)
                          .ifPresent(
                              why ->
                                  unusable.add(
                                      name + " " + why + "; it is registered in " + file)));
        }
      }
    } catch (IOException e) {
      // then the loader's own messages must do
    }
    return unusable;
  }

  private static Optional<String> whyUnusable(String name, ClassLoader loader) {
    try {
      return RuntimeBackend.class.isAssignableFrom(Class.forName(name, false, loader))
          ? Optional.empty()
          : Optional.of("is no RuntimeBackend");
    } catch (ClassNotFoundException e) {
      return Optional.of("is not on the class path");
    } catch (LinkageError e) {
      return Optional.of("cannot be loaded: " + e);
    }
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
    Class<?> type = backend.getClass();
    String source = sourceOf(type);
    String what = type.getName() + " in " + source;
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
    Entry first = backends.get(name);
    if (first != null) {
      String other = first.found().source();
      problems.add(what + " is not used: " + other + " has a backend '" + name + "' too");
      return;
    }
    String version = type.getPackage().getImplementationVersion();
    FoundBackend found = new FoundBackend(name, version == null ? "" : version, source);
    backends.put(name, new Entry(found, backend));
  }

  private static String sourceOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return "";
    }
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return source.getLocation().toString();
    }
  }

  /** Returns the backend of that name. */
  Optional<RuntimeBackend> find(String name) {
    return Optional.ofNullable(backends.get(name)).map(Entry::backend);
  }

  /** Returns the usable backends, sorted by name. */
  List<FoundBackend> backends() {
    return backends.values().stream().map(Entry::found).toList();
  }

  /** Returns what is wrong with others, one sentence each, in the order found. */
  List<String> problems() {
    return List.copyOf(problems);
  }
}
