package dev.koi.spi;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Secrets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of the configuration, {@code koi.backends.<name> { ... }}, for the backend that the
 * entry is about.
 *
 * <p>Immutable. Every error message contains the full key. {@link #toString} and the messages mask
 * the values of keys that look like a secret's.
 */
public final class BackendConfig {

  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*(\\p{L}*)");

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  private final String name;
  private final String prefix; // of the keys, for messages
  private final SortedMap<String, Object> values; // texts and lists of texts
  private final Duration connectTimeout;

  private BackendConfig(
      String name, String prefix, SortedMap<String, Object> values, Duration connectTimeout) {
    this.name = requireNonNull(name, "name");
    this.prefix = prefix;
    this.values = values;
    this.connectTimeout = requireNonNull(connectTimeout, "connectTimeout");
  }

  /**
   * {@return an entry}
   *
   * @param name the entry's name, which its instances carry as {@link dev.koi.Instance#backend}
   * @param values by key relative to the entry, with dots for nested objects, as in {@code tls.ca};
   *     texts, numbers, booleans, or collections of these
   */
  public static BackendConfig of(String name, Map<String, ?> values) {
    SortedMap<String, Object> texts = new TreeMap<>();
    values.forEach(
        (key, value) ->
            texts.put(
                requireNonNull(key, "key"),
                value instanceof Collection<?> list
                    ? list.stream().map(Object::toString).toList()
                    : value.toString()));
    return new BackendConfig(name, "koi.backends." + name + ".", texts, CONNECT_TIMEOUT);
  }

  /** {@return the entry's name, which its instances carry as {@link dev.koi.Instance#backend}} */
  public String name() {
    return name;
  }

  /**
   * {@return how long {@link RuntimeBackend#connect} may take before Koi interrupts it: {@code
   * koi.timing.connect}, or 20 seconds if that is not set} A backend that tries several places
   * divides it among them.
   */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * {@return the same entry with another {@link #connectTimeout}}
   *
   * @param timeout longer than zero
   */
  public BackendConfig withConnectTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be longer than zero but was " + timeout);
    }
    return new BackendConfig(name, prefix, values, timeout);
  }

  /** {@return the keys that are set, sorted; those of nested objects with dots, as in tls.ca} */
  public SortedSet<String> keys() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(values.keySet()));
  }

  /**
   * {@return the nested object at that key, whose keys are relative to it; without any keys if it
   * is not set}
   *
   * @param key relative to the entry
   */
  public BackendConfig object(String key) {
    SortedMap<String, Object> nested = new TreeMap<>();
    values.forEach(
        (full, value) -> {
          if (full.startsWith(key + ".")) {
            nested.put(full.substring(key.length() + 1), value);
          }
        });
    return new BackendConfig(name, fullKey(key) + ".", nested, connectTimeout);
  }

  /**
   * {@return the text at that key; empty if the key is not set or its value is the empty text}
   *
   * @param key relative to the entry
   * @throws IllegalArgumentException if it is a list
   */
  public Optional<String> string(String key) {
    Object value = values.get(requireNonNull(key, "key"));
    if (value instanceof List) {
      throw invalid(key, "must be a text, not a list");
    }
    return Optional.ofNullable((String) value).filter(text -> !text.isEmpty());
  }

  /**
   * {@return the texts of the list at that key; a single text is a list of one, and a key that is
   * not set an empty list}
   *
   * @param key relative to the entry
   */
  public List<String> strings(String key) {
    if (values.get(requireNonNull(key, "key")) instanceof List<?> list) {
      return list.stream().map(String.class::cast).toList();
    }
    return string(key).map(List::of).orElse(List.of());
  }

  /**
   * {@return the path at that key; empty if the key is not set}
   *
   * @param key relative to the entry
   * @throws IllegalArgumentException if the text is not a path of this operating system
   */
  public Optional<Path> path(String key) {
    try {
      return string(key).map(Path::of);
    } catch (InvalidPathException e) {
      throw invalid(key, "must be a path");
    }
  }

  /**
   * {@return the number at that key, or the fallback if the key is not set}
   *
   * @param key relative to the entry
   * @param fallback the result if the key is not set
   * @param min the smallest valid number
   * @param max the largest valid number
   * @throws IllegalArgumentException if it is not a whole number from {@code min} to {@code max}
   */
  public int integer(String key, int fallback, int min, int max) {
    String text = string(key).orElse(null);
    if (text == null) {
      return fallback;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below, like a number out of range
    }
    throw invalid(key, "must be a whole number in " + min + ".." + max);
  }

  /**
   * {@return the boolean at that key, or the fallback if the key is not set}
   *
   * @param key relative to the entry
   * @param fallback the result if the key is not set
   * @throws IllegalArgumentException if it is none of true, false, yes, no, on, off
   */
  public boolean bool(String key, boolean fallback) {
    return switch (string(key).map(text -> text.toLowerCase(Locale.ROOT)).orElse("")) {
      case "" -> fallback;
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw invalid(key, "must be true or false");
    };
  }

  /**
   * {@return the duration at that key, or the fallback if the key is not set} The same forms as for
   * {@code koi.timing}: a number and a unit, as in {@code 500ms}, {@code 10 seconds}, {@code 1.5h}
   * or {@code 1d}; milliseconds if there is no unit.
   *
   * @param key relative to the entry
   * @param fallback the result if the key is not set
   * @param min the shortest valid duration
   * @throws IllegalArgumentException if it is not a duration of at least {@code min}
   */
  public Duration duration(String key, Duration fallback, Duration min) {
    String text = string(key).orElse(null);
    if (text == null) {
      return fallback;
    }
    Matcher matcher = DURATION.matcher(text.strip());
    ChronoUnit unit = matcher.matches() ? unit(matcher.group(2)) : null;
    if (unit == null) {
      throw invalid(key, "must be a duration such as 500ms, 10s or 5m");
    }
    double nanos = Double.parseDouble(matcher.group(1)) * unit.getDuration().toNanos();
    Duration duration = Duration.ofNanos((long) nanos); // at most 292 years
    if (duration.compareTo(min) < 0) {
      throw invalid(key, "must be at least " + min.toMillis() + "ms");
    }
    return duration;
  }

  /**
   * {@return the duration at that key, as {@link #duration(String, Duration, Duration)} without a
   * minimum}
   *
   * @param key relative to the entry
   * @param fallback the result if the key is not set
   * @throws IllegalArgumentException if it is not a duration
   */
  public Duration duration(String key, Duration fallback) {
    return duration(key, fallback, Duration.ZERO);
  }

  private static ChronoUnit unit(String name) {
    return switch (name) {
      case "ns", "nano", "nanos", "nanosecond", "nanoseconds" -> ChronoUnit.NANOS;
      case "us", "micro", "micros", "microsecond", "microseconds" -> ChronoUnit.MICROS;
      case "", "ms", "milli", "millis", "millisecond", "milliseconds" -> ChronoUnit.MILLIS;
      case "s", "second", "seconds" -> ChronoUnit.SECONDS;
      case "m", "minute", "minutes" -> ChronoUnit.MINUTES;
      case "h", "hour", "hours" -> ChronoUnit.HOURS;
      case "d", "day", "days" -> ChronoUnit.DAYS;
      default -> null;
    };
  }

  /**
   * {@return an exception to throw for an invalid value} Its message contains the full key, the
   * reason and the value; a secret's value is masked.
   *
   * @param key relative to the entry
   * @param reason what the value must be, as in "must be an absolute path"
   */
  public IllegalArgumentException invalid(String key, String reason) {
    Object value = values.get(key);
    return new IllegalArgumentException(
        fullKey(key) + " " + reason + (value == null ? "" : " but was " + shown(key, value)));
  }

  /**
   * {@return the key as written in a configuration file, from the root}
   *
   * @param key relative to the entry
   */
  public String fullKey(String key) {
    return prefix + requireNonNull(key, "key");
  }

  private static String shown(String key, Object value) {
    return Secrets.masked(key, value.toString());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(prefix.substring(0, prefix.length() - 1) + " {");
    values.forEach(
        (key, value) -> {
          if (!value.equals("")) { // the empty text is as good as not set
            text.append(' ').append(key).append('=').append(shown(key, value));
          }
        });
    return text.append(" }").toString();
  }
}
