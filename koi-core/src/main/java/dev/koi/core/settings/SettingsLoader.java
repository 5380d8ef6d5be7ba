package dev.koi.core.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendConfig;
import dev.koi.text.Nearest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads the configuration: values given in code, then environment variables of typesafe-config's
 * form ({@code CONFIG_FORCE_koi_timing_resync=30s}), then a file, then the defaults in the {@code
 * reference.conf} of every jar on the class path.
 *
 * <p>A jar's {@code koi.backends.<its name>} both gives the defaults for its entries and says which
 * keys they may have. A backend whose jar says nothing may be given any key.
 */
public final class SettingsLoader {

  /** What to do about a jar that was made of several and lacks what one of them had. */
  public static final String SHADED =
      "If jars were merged into one, as by maven-shade-plugin, their files reference.conf must be"
          + " appended (AppendingTransformer), and those in META-INF/services merged"
          + " (ServicesResourceTransformer).";

  /** Of an entry, and of a backend. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private static final Set<String> ENTRY_KEYS = Set.of("type", "enabled");

  /** Nobody waits longer for anything; and no sum of such times overflows. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final Config given;
  private final Config reference;
  private final Config all;

  private SettingsLoader(Config given, Config reference) {
    this.given = given;
    this.reference = reference;
    this.all = given.withFallback(reference);
    refuseUnknown(given.root(), reference.root(), "");
  }

  /**
   * Reads the configuration.
   *
   * @param code values given in code
   * @param file in HOCON, if there is one
   * @param loader whose class path holds the defaults
   * @throws SettingsException if anything in it cannot be used
   */
  public static KoiSettings load(Config code, Optional<Path> file, ClassLoader loader) {
    return read(code, file, loader, SettingsLoader::settings);
  }

  /**
   * Reads the settings of the HTTP server; parameters and errors are those of {@link #load}.
   *
   * @throws SettingsException if anything in the configuration cannot be used
   */
  public static ServeSettings loadServe(Config code, Optional<Path> file, ClassLoader loader) {
    return read(code, file, loader, it -> new ServeReader(it.all).settings());
  }

  /**
   * Reads the settings of announcements; parameters and errors are those of {@link #load}.
   *
   * @throws SettingsException if anything in the configuration cannot be used
   */
  public static AnnounceSettings loadAnnounce(
      Config code, Optional<Path> file, ClassLoader loader) {
    return read(code, file, loader, it -> new AnnounceReader(it.all).settings());
  }

  /**
   * Reads the settings of the fleet; parameters and errors are those of {@link #load}.
   *
   * @throws SettingsException if anything in the configuration cannot be used
   */
  public static FleetSettings loadFleet(Config code, Optional<Path> file, ClassLoader loader) {
    return read(code, file, loader, it -> new FleetReader(it.all, timing(it.all)).settings());
  }

  private static <T> T read(
      Config code, Optional<Path> file, ClassLoader loader, Function<SettingsLoader, T> reading) {
    try {
      Config given =
          code.withFallback(ConfigFactory.systemEnvironmentOverrides().withOnlyPath("koi"));
      if (file.isPresent()) {
        given = given.withFallback(SettingsFile.parse(file.get()));
      }
      return reading.apply(new SettingsLoader(given.resolve(), reference(loader)));
    } catch (ConfigException e) {
      throw new SettingsException(e.getMessage(), e);
    } catch (StackOverflowError | OutOfMemoryError e) { // as of values made of one another
      throw new SettingsException("the settings are nested or repeated too often", e);
    }
  }

  private static Config reference(ClassLoader loader) {
    Config reference = ConfigFactory.parseResources(loader, "reference.conf").resolve();
    if (!reference.hasPath("koi.timing")) {
      throw new SettingsException(
          "the defaults of koi-core are missing: no reference.conf on the class path contains"
              + " koi.timing. "
              + SHADED);
    }
    return reference;
  }

  private KoiSettings settings() {
    Timing timing = timing(all);
    Map<String, BackendSettings> entries = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : object(all, "koi.backends").entrySet()) {
      if (!(entry.getValue() instanceof ConfigObject values)) {
        throw invalid(
            "koi.backends." + entry.getKey(), entry.getValue(), "must be an entry { ... }");
      }
      entries.put(entry.getKey(), backend(entry.getKey(), values, timing));
    }
    return new KoiSettings(timing, List.copyOf(entries.values()), Set.of());
  }

  private static Timing timing(Config all) {
    Timing timing =
        new Timing(
            duration(all, "connect"),
            duration(all, "find"),
            duration(all, "list"),
            duration(all, "resync"),
            duration(all, "disconnect-grace"),
            duration(all, "backoff-min"),
            duration(all, "backoff-max"),
            duration(all, "stop"));
    if (timing.backoffMin().compareTo(timing.backoffMax()) > 0) {
      String path = "koi.timing.backoff-min";
      throw invalid(path, all.getValue(path), "must not be longer than koi.timing.backoff-max");
    }
    return timing;
  }

  private static Duration duration(Config all, String key) {
    String path = "koi.timing." + key;
    Duration duration = new Section(all, "koi.timing.").duration(key);
    if (duration.isNegative() || duration.isZero()) {
      String value = all.getString(path);
      throw invalid(path, all.getValue(path), "must be longer than nothing but was " + value);
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw invalid(path, all.getValue(path), "must be at most " + LONGEST.toDays() + " days");
    }
    return duration;
  }

  private BackendSettings backend(String name, ConfigObject own, Timing timing) {
    if (!NAME.matcher(name).matches()) {
      throw invalid(
          "koi.backends." + name,
          own,
          "is not a name of lower case letters, digits and hyphens that begins with a letter");
    }
    String type = text(own, name, "type").orElse(name);
    if (!NAME.matcher(type).matches()) {
      throw invalid(
          "koi.backends." + name + ".type",
          own.get("type"),
          "must be the name of a backend, such as docker, but was '" + type + "'");
    }
    ConfigObject defaults = object(reference, "koi.backends." + type);
    Map<String, Object> values = new TreeMap<>();
    defaults.toConfig().entrySet().forEach(e -> values.put(key(e), plain(e.getValue())));
    own.toConfig().entrySet().forEach(e -> values.put(key(e), plain(e.getValue())));
    if (!defaults.isEmpty()) {
      refuseUnknown(own, defaults, "koi.backends." + name + ".");
    }
    Enabled enabled = enabled(name, own);
    values.keySet().removeAll(ENTRY_KEYS);
    Map<String, String> places = new TreeMap<>();
    own.toConfig()
        .entrySet()
        .forEach(
            e -> places.put("koi.backends." + name + "." + key(e), place(e.getValue().origin())));
    BackendConfig config = BackendConfig.of(name, values).withConnectTimeout(timing.connect());
    return new BackendSettings(type, enabled, config, places);
  }

  private static String key(Map.Entry<String, ConfigValue> value) {
    return String.join(".", ConfigUtil.splitPath(value.getKey()));
  }

  private static Object plain(ConfigValue value) {
    return value instanceof ConfigList list ? new ArrayList<>(list.unwrapped()) : value.unwrapped();
  }

  /** An entry that somebody wrote, and not only a jar's defaults, is wanted. */
  private Enabled enabled(String name, ConfigObject own) {
    String path = "koi.backends." + name;
    if (given.hasPath(path) && !given.hasPath(path + ".enabled")) {
      return Enabled.TRUE;
    }
    Optional<String> text = text(own, name, "enabled");
    if (text.isEmpty()) {
      return Enabled.AUTO;
    }
    return switch (text.get().toLowerCase(Locale.ROOT)) {
      case "auto" -> Enabled.AUTO;
      case "true", "yes", "on" -> Enabled.TRUE;
      case "false", "no", "off" -> Enabled.FALSE;
      default ->
          throw invalid(
              "koi.backends." + name + ".enabled",
              own.get("enabled"),
              "must be auto, true or false but was " + text.get());
    };
  }

  private static Optional<String> text(ConfigObject object, String name, String key) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
      throw invalid("koi.backends." + name + "." + key, value, "must be a single value");
    }
    return Optional.of(value.unwrapped().toString());
  }

  private static ConfigObject object(Config config, String path) {
    return config.hasPath(path) ? config.getObject(path) : ConfigFactory.empty().root();
  }

  /** Refuses a key of {@code own} that the defaults do not have; entries are looked at apart. */
  private static void refuseUnknown(ConfigObject own, ConfigObject defaults, String prefix) {
    for (Map.Entry<String, ConfigValue> entry : own.entrySet()) {
      String key = prefix + entry.getKey();
      ConfigValue known = defaults.get(entry.getKey());
      if (known == null
          && !(key.startsWith("koi.backends.") && ENTRY_KEYS.contains(entry.getKey()))) {
        throw new SettingsException(
            place(entry.getValue().origin())
                + key
                + " is not a setting"
                + Nearest.insteadOf(entry.getKey(), new TreeSet<>(defaults.keySet())));
      }
      if (known instanceof ConfigObject knownInner) {
        if (!key.equals("koi.backends") && entry.getValue() instanceof ConfigObject inner) {
          refuseUnknown(inner, knownInner, key + ".");
        }
      } else if (entry.getValue() instanceof ConfigObject
          || (entry.getValue() instanceof ConfigList && !(known instanceof ConfigList))) {
        throw invalid(key, entry.getValue(), "must be a single value");
      }
    }
  }

  static SettingsException invalid(String key, ConfigValue value, String reason) {
    return new SettingsException(place(value.origin()) + key + " " + reason);
  }

  private static String place(ConfigOrigin origin) {
    return origin.description() + ": ";
  }
}
