package dev.koi.core.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.core.status.FoundBackend;
import dev.koi.core.supervise.FailureWords;
import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The backends on the class path, and what is wrong with others.
 *
 * <p>A broken jar costs its own backends and nothing else. Of two backends with one name the first
 * on the class path is used, and the other is a problem. Immutable.
 */
public final class BackendCatalog {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Set<String> RESERVED = Set.of("auto", "all");

  /** Ends the search in a loader that repeats one broken registration for ever. */
  private static final int MOST_PROBLEMS = 100;

  /** The file that registers backends. */
  public static final String REGISTRATION = "META-INF/services/" + RuntimeBackend.class.getName();

  private static final int MOST_REGISTERED = 1 << 16; // bytes

  /** The deadline for making a backend, and for its name. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private record Entry(FoundBackend found, RuntimeBackend backend) {}

  private final SortedMap<String, Entry> backends = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Duration patience;

  private BackendCatalog(Duration patience) {
    this.patience = patience;
  }

  /**
   * Finds backends.
   *
   * @param given the caller's own; they come first
   * @param loader whose class path is searched
   */
  public static BackendCatalog discover(
      Collection<? extends RuntimeBackend> given, ClassLoader loader) {
    return discover(given, loader, PATIENCE);
  }

  /** As the other, with that deadline for each call of a backend. */
  static BackendCatalog discover(
      Collection<? extends RuntimeBackend> given, ClassLoader loader, Duration patience) {
    BackendCatalog catalog = new BackendCatalog(patience);
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
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        // The last is thrown for a jar with a wrong signature.
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
          registered(text)
              .forEach(
                  name ->
                      whyUnusable(name, loader)
                          .ifPresent(
                              why -> unusable.add(name + " in " + holder(file) + " " + why)));
        }
      }
    } catch (IOException | RuntimeException e) {
      // then the loader's own messages must do
    }
    return unusable;
  }

  /** Returns the names in a registration, as a ServiceLoader reads them. */
  public static Stream<String> registered(InputStream registration) throws IOException {
    return new String(registration.readNBytes(MOST_REGISTERED), UTF_8)
        .lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(name -> !name.isEmpty());
  }

  /** Returns the jar or directory that holds a registration. */
  private static String holder(URL registration) {
    String place = registration.toString().replaceFirst("!?/" + REGISTRATION + "$", "");
    return pathOf(URI.create(place.replaceFirst("^jar:", "")));
  }

  private static Optional<String> whyUnusable(String name, ClassLoader loader) {
    try {
      Class<?> type = Class.forName(name, false, loader);
      if (!RuntimeBackend.class.isAssignableFrom(type)) {
        return Optional.of("is no RuntimeBackend, but " + REGISTRATION + " names it; correct that");
      }
      Constructor<?> constructor = type.getConstructor(); // a public one
      return Modifier.isPublic(constructor.getDeclaringClass().getModifiers())
          ? Optional.empty()
          : Optional.of("is not public");
    } catch (ClassNotFoundException e) {
      return Optional.of(
          e.getCause() == null
              ? "does not exist, but " + REGISTRATION + " names it; correct that"
              : "cannot be read: " + e.getCause());
    } catch (NoSuchMethodException e) {
      return Optional.of("has no public constructor without parameters");
    } catch (LinkageError | RuntimeException e) {
      return Optional.of("cannot be loaded: " + FailureWords.of(e));
    }
  }

  private void add(ServiceLoader.Provider<RuntimeBackend> provider) {
    Class<?> type = provider.type();
    if (backends.values().stream().anyMatch(entry -> entry.backend().getClass() == type)) {
      return; // the caller has given one
    }
    try {
      add(call(type, provider::get));
    } catch (IOException e) {
      problems.add(described(type) + " cannot be made: " + e.getMessage());
    }
  }

  private static String described(Class<?> type) {
    return type.getName() + " in " + sourceOf(type);
  }

  /** Calls a stranger's code, which may hang and may throw anything. */
  private <T> T call(Class<?> type, Callable<T> code) throws IOException {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              try {
                return code.call();
              } catch (ServiceConfigurationError e) {
                throw new IOException(FailureWords.of(e.getCause() == null ? e : e.getCause()), e);
              } catch (Throwable e) {
                throw new IOException(FailureWords.of(e), e);
              }
            });
    Thread thread = new Thread(task, "koi-catalog");
    thread.setDaemon(true);
    thread.setContextClassLoader(type.getClassLoader());
    thread.start();
    try {
      return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("it has not returned within " + patience.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      thread.interrupt(); // it has ended, or nobody waits for it any more
    }
  }

  private void add(RuntimeBackend backend) {
    Class<?> type = backend.getClass();
    String what = described(type);
    String name;
    try {
      name = call(type, backend::name);
    } catch (IOException e) {
      problems.add(what + " does not tell its name: " + e.getMessage());
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
      problems.add(
          what
              + " is not used: "
              + other
              + " has a backend '"
              + name
              + "', too; remove one of them");
      return;
    }
    FoundBackend found = new FoundBackend(name, versionOf(type), sourceOf(type));
    backends.put(name, new Entry(found, backend));
  }

  private static String versionOf(Class<?> type) {
    return Optional.ofNullable(type.getPackage().getImplementationVersion())
        .or(
            () ->
                Optional.ofNullable(type.getModule().getDescriptor())
                    .flatMap(ModuleDescriptor::rawVersion))
        .orElse("");
  }

  private static String sourceOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return "";
    }
    try {
      return pathOf(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      return source.getLocation().toString();
    }
  }

  private static String pathOf(URI place) {
    try {
      return Path.of(place).toString();
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return place.toString();
    }
  }

  /** Returns the backend of that name. */
  public Optional<RuntimeBackend> find(String name) {
    return Optional.ofNullable(backends.get(name)).map(Entry::backend);
  }

  /** Returns the usable backends, sorted by name. */
  public List<FoundBackend> backends() {
    return backends.values().stream().map(Entry::found).toList();
  }

  /** Returns what is wrong with others, one sentence each, in the order found. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
