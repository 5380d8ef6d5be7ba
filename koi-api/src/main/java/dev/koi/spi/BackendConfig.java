package dev.koi.spi;

import static java.util.Objects.requireNonNull;

import dev.koi.Secrets;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of the configuration, {@code koi.backends.<name> { ... }}, as its backend sees it.
 *
 * <p>Immutable. Every message about a value carries the value's full key. {@link #toString} shows
 * {@code ***} for what looks like a secret.
 */
public final class BackendConfig {

  /** A number and a unit, in the grammar of HOCON. */
  private static final Pattern DURATION =
      Pattern.compile(
          "(\\d{1,18}(?:\\.\\d{1,18})?)\\s*(|ns|nano(?:s|seconds?)?|us|micro(?:s|seconds?)?"
              + "|ms|milli(?:s|seconds?)?|s|seconds?|m|minutes?|h|hours?|d|days?)");

  private final String name;
  private final Map<String, Object> values;

  private BackendConfig(String name, Map<String, ?> values) {
    this.name = requireNonNull(name, "name");
    this.values = new TreeMap<>();
    values.forEach(
        (key, value) ->
            this.values.put(
                requireNonNull(key, "key"),
                value instanceof Collection<?> list ? List.copyOf(list) : value.toString()));
  }

  /**
   * {@return an entry}
   *
   * @param name the entry's name, which its instances carry as {@code backend}
   * @param values by key relative to the entry; text, numbers, booleans, or collections of them
   */
  public static BackendConfig of(String name, Map<String, ?> values) {
    return new BackendConfig(name, values);
  }

  /** {@return the entry's name; the instances found through it carry it as their backend} */
  public String name() {
    return name;
  }

  /**
   * {@return the text at that key; empty if it is not set or is the empty text}
   *
   * @param key relative to the entry
   */
  public Optional<String> string(String key) {
    Object value = values.get(requireNonNull(key, "key"));
    if (value instanceof List) {
      throw invalid(key, "must be a text, not a list");
    }
    return Optional.ofNullable((String) value).filter(text -> !text.isEmpty());
  }

  /**
   * {@return the texts of the list at that key; a single text counts as a list of one, and a key
   * that is not set as an empty list}
   *
   * @param key relative to the entry
   */
  public List<String> strings(String key) {
    if (values.get(requireNonNull(key, "key")) instanceof List<?> list) {
      return list.stream().map(Object::toString).toList();
    }
    return string(key).map(List::of).orElse(List.of());
  }

  /**
   * {@return the number at that key, or {@code fallback} if it is not set}
   *
   * @param key relative to the entry
   * @param fallback what counts if the key is not set
   * @param min the least that is allowed
   * @param max the most that is allowed
   * @throws IllegalArgumentException if it is no whole number from {@code min} to {@code max}
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
      // told below, like a number out of range
    }
    throw invalid(key, "must be a whole number in " + min + ".." + max);
  }

  /**
   * {@return the truth at that key, or {@code fallback} if it is not set}
   *
   * @param key relative to the entry
   * @param fallback what counts if the key is not set
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
   * {@return the duration at that key, or {@code fallback} if it is not set}
   *
   * <p>It is written as everywhere in Koi's configuration: a number, which may have a fraction, and
   * a unit such as {@code ms}, {@code s}, {@code minutes} or {@code d}; without one, milliseconds.
   *
   * @param key relative to the entry
   * @param fallback what counts if the key is not set
   * @throws IllegalArgumentException if it is no such duration
   */
  public Duration duration(String key, Duration fallback) {
    String text = string(key).orElse(null);
    if (text == null) {
      return fallback;
    }
    Matcher parts = DURATION.matcher(text.strip());
    if (parts.matches()) {
      BigDecimal nanos = new BigDecimal(unit(parts.group(2)).toNanos(1));
      try {
        return Duration.ofNanos(
            new BigDecimal(parts.group(1)).multiply(nanos).toBigInteger().longValueExact());
      } catch (ArithmeticException e) {
        throw invalid(key, "must be a duration of at most 292 years");
      }
    }
    throw invalid(key, "must be a duration such as 500ms, 10s or 5m");
  }

  private static TimeUnit unit(String name) {
    return switch (name) {
      case "ns", "nano", "nanos", "nanosecond", "nanoseconds" -> TimeUnit.NANOSECONDS;
      case "us", "micro", "micros", "microsecond", "microseconds" -> TimeUnit.MICROSECONDS;
      case "s", "second", "seconds" -> TimeUnit.SECONDS;
      case "m", "minute", "minutes" -> TimeUnit.MINUTES;
      case "h", "hour", "hours" -> TimeUnit.HOURS;
      case "d", "day", "days" -> TimeUnit.DAYS;
      default -> TimeUnit.MILLISECONDS;
    };
  }

  /**
   * {@return an exception to throw for a value that cannot be used, with the full key and, unless
   * it looks like a secret, the value}
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
   * {@return the key as it stands in a configuration file, from its root}
   *
   * @param key relative to the entry
   */
  public String fullKey(String key) {
    return "koi.backends." + name + "." + requireNonNull(key, "key");
  }

  private static String shown(String key, Object value) {
    return Secrets.masked(key, value.toString());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("koi.backends." + name + " {");
    values.forEach(
        (key, value) -> text.append(' ').append(key).append('=').append(shown(key, value)));
    return text.append(" }").toString();
  }
}
