package dev.koi.core;

import static java.util.Objects.requireNonNull;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.spi.RuntimeBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Configures and starts a {@link Koi}.
 *
 * <p>The keys are those of {@code koi.conf}. Each value comes from the first of these that has it:
 * this builder, where later calls win; environment variables of typesafe-config's form, as in
 * {@code CONFIG_FORCE_koi_timing_resync=30s}; the {@link #file}; the {@code reference.conf} of each
 * jar on the class path. Unknown keys and impossible values are refused by {@link #start}. An entry
 * for which a value was given is used as if it had {@code enabled = true}, unless it says
 * otherwise.
 *
 * <p>Not thread-safe.
 */
public final class KoiBuilder {

  private static final String CODE = "Koi.builder()";

  private final List<RuntimeBackend> backends = new ArrayList<>();
  private final Set<String> only = new LinkedHashSet<>();
  private Config code = ConfigFactory.empty();
  private Path file; // null: none
  private ClassLoader loader = Koi.class.getClassLoader();
  private KoiSettings settings; // null: the other fields decide

  KoiBuilder() {}

  /**
   * Sets one value.
   *
   * @param key the full key, as in {@code koi.timing.resync} or {@code koi.backends.docker.host}
   * @param value a text, number, boolean, {@link Duration}, {@link Path}, or a list or map of these
   * @throws IllegalArgumentException if the key is not a path, or the value is of another type
   */
  public KoiBuilder set(String key, Object value) {
    requireNonNull(key, "key");
    code = parsed(Map.of(key, plain(requireNonNull(value, key)))).withFallback(code);
    return this;
  }

  /**
   * Sets values of one entry, which need not exist.
   *
   * @param name of the entry: lower case letters, digits and hyphens
   * @param values by key relative to the entry, as in {@code type} and {@code host}; values as in
   *     {@link #set}
   * @throws IllegalArgumentException as {@link #set}
   */
  public KoiBuilder entry(String name, Map<String, ?> values) {
    String path = "koi.backends." + ConfigUtil.quoteString(requireNonNull(name, "name"));
    Map<String, Object> plain = new TreeMap<>();
    requireNonNull(values, "the values of entry " + name)
        .forEach((key, value) -> plain.put(key, plain(requireNonNull(value, key))));
    code = parsed(plain).atPath(path).withFallback(code);
    return this;
  }

  /**
   * Sets all values that a configuration of the application has under {@code koi}. What it has from
   * a {@code reference.conf} counts as a default.
   */
  public KoiBuilder config(Config config) {
    code = withoutDefaults(config.withOnlyPath("koi").root()).toConfig().withFallback(code);
    return this;
  }

  private static ConfigObject withoutDefaults(ConfigObject object) {
    ConfigObject own = object;
    for (Map.Entry<String, ConfigValue> field : object.entrySet()) {
      String key = field.getKey();
      if (field.getValue() instanceof ConfigObject inner) {
        ConfigObject kept = withoutDefaults(inner);
        own = kept.isEmpty() && !inner.isEmpty() ? own.withoutKey(key) : own.withValue(key, kept);
      } else if ("reference.conf".equals(field.getValue().origin().resource())) {
        own = own.withoutKey(key);
      }
    }
    return own;
  }

  /** Sets a file in HOCON, such as {@code koi.conf}. It must exist. */
  public KoiBuilder file(Path file) {
    this.file = requireNonNull(file, "file");
    return this;
  }

  /**
   * Uses only the entries of these names. Without it, all are used: those of the configuration, and
   * one for each backend that no entry mentions.
   */
  public KoiBuilder only(String... entries) {
    return only(List.of(entries));
  }

  /** As {@link #only(String...)}; an empty collection stands for all. */
  public KoiBuilder only(Collection<String> entries) {
    only.clear();
    only.addAll(entries);
    return this;
  }

  /** Adds a backend that is not registered on the class path, or is to be used before those. */
  public KoiBuilder backend(RuntimeBackend backend) {
    backends.add(requireNonNull(backend, "backend"));
    return this;
  }

  /** Sets the class loader that finds backends and defaults. Without it, Koi's own does. */
  public KoiBuilder classLoader(ClassLoader loader) {
    this.loader = requireNonNull(loader, "loader");
    return this;
  }

  KoiBuilder settings(KoiSettings settings) {
    this.settings = settings;
    return this;
  }

  private static Config parsed(Map<String, Object> values) {
    try {
      return ConfigFactory.parseMap(values, CODE);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(CODE + ": " + e.getMessage(), e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Duration duration) {
      return duration.toNanos() + "ns";
    } else if (value instanceof Path path) { // which is an Iterable, too
      return path.toString();
    } else if (value instanceof Collection<?> elements) {
      return elements.stream().map(KoiBuilder::plain).toList();
    } else if (value instanceof Map<?, ?> fields) {
      Map<String, Object> plain = new TreeMap<>();
      fields.forEach((key, field) -> plain.put(key.toString(), plain(field)));
      return plain;
    } else if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    throw new IllegalArgumentException(
        CODE
            + ": "
            + value
            + " is of "
            + value.getClass()
            + "; a value is a text, number, boolean, Duration, Path, or a list or map of these");
  }

  KoiSettings settings() {
    if (settings != null) {
      return settings;
    }
    KoiSettings loaded = SettingsLoader.load(code, Optional.ofNullable(file), loader);
    return loaded.only(only);
  }

  List<RuntimeBackend> backends() {
    return List.copyOf(backends);
  }

  ClassLoader loader() {
    return loader;
  }

  /**
   * Starts. Returns at once; runtimes are connected in the background.
   *
   * @throws IllegalArgumentException if a setting cannot be used, or {@link #only} names an entry
   *     that does not exist; the message names the place, the key and what would help
   */
  public Koi start() {
    try {
      return Guice.createInjector(new KoiModule(this)).getInstance(Koi.class);
    } catch (CreationException | ProvisionException e) {
      throw e.getCause() instanceof IllegalArgumentException cause ? cause : e;
    }
  }
}
