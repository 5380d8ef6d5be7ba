package dev.koi.core.explain;

import dev.koi.core.explain.Explanation.Effect;
import dev.koi.core.explain.Explanation.Label;
import dev.koi.text.Prefix;
import dev.koi.text.Secrets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How Prometheus should scrape an instance by its labels: {@code koi.prometheus.port} and so on, or
 * {@code prometheus.io/port}, which is usual elsewhere. A pure function of the labels.
 */
public final class ScrapeLabels {

  private static final String OWN = "koi.prometheus.";
  private static final String USUAL = "prometheus.io/";
  private static final List<String> SETTINGS = List.of("scrape", "port", "path", "scheme");
  private static final int MAX_VALUE = 80; // as problems cut values

  private final Map<String, String> values = new HashMap<>(); // valid ones, by setting
  private final List<Label> effects = new ArrayList<>();

  private ScrapeLabels(Map<String, String> labels) {
    for (String setting : SETTINGS) {
      for (String key : List.of(OWN + setting, USUAL + setting)) {
        if (labels.containsKey(key)) {
          read(key, setting, labels.get(key).strip());
        }
      }
    }
    labels.keySet().stream()
        .filter(key -> key.startsWith(OWN) && !SETTINGS.contains(key.substring(OWN.length())))
        .forEach(key -> effect(key, Effect.REJECTED, "is not one of " + OWN + SETTINGS));
    if (scrape().orElse(false)) {
      findSameNames(labels);
    }
  }

  /** Reads the labels of an instance. */
  public static ScrapeLabels of(Map<String, String> labels) {
    return new ScrapeLabels(labels);
  }

  /** Returns whether to scrape the instance, if a label says so. */
  public Optional<Boolean> scrape() {
    return Optional.ofNullable(values.get("scrape")).map(Boolean::valueOf);
  }

  /** Returns the port inside the container. */
  public Optional<Integer> port() {
    return Optional.ofNullable(values.get("port")).map(Integer::valueOf);
  }

  /** Returns the path, which begins with a slash and has no query. */
  public Optional<String> path() {
    return Optional.ofNullable(values.get("path"));
  }

  /** Returns {@code http} or {@code https}. */
  public Optional<String> scheme() {
    return Optional.ofNullable(values.get("scheme"));
  }

  /** Returns the end of the name that a label has in Prometheus. */
  public static String name(String key) {
    return key.replaceAll("[^a-zA-Z0-9_]", "_");
  }

  List<Label> effects() {
    return effects;
  }

  private void read(String key, String setting, String value) {
    String valid =
        switch (setting) {
          case "scrape" -> bool(value);
          case "port" -> port(value);
          case "path" -> path(value);
          default -> scheme(value);
        };
    if (valid.isEmpty()) {
      String was = "is '" + Prefix.of(value, MAX_VALUE) + "', but must be ";
      effect(key, Effect.REJECTED, was + expected(setting));
    } else if (values.putIfAbsent(setting, valid) != null) {
      effect(key, Effect.OVERRULED, "is overruled by " + OWN + setting);
    } else {
      boolean cut = setting.equals("path") && value.contains("?");
      String rest = cut ? "; Koi drops the query, so set params in Prometheus" : "";
      effect(key, Effect.SETS, "prometheus." + setting + " = " + valid + rest);
    }
  }

  /** Of two labels that have one name in Prometheus, the first by order of the keys counts. */
  private void findSameNames(Map<String, String> labels) {
    Map<String, String> first = new HashMap<>();
    for (String key : new TreeMap<>(labels).keySet()) {
      boolean secret = !Secrets.masked(key, labels.get(key)).equals(labels.get(key)); // not sent
      String other = secret ? null : first.putIfAbsent(name(key), key);
      if (other != null) {
        String known = "__meta_koi_label_" + name(key);
        effect(key, Effect.OVERRULED, "is not sent to Prometheus: " + known + " is " + other);
      }
    }
  }

  private void effect(String key, Effect effect, String text) {
    effects.add(new Label(Prefix.of(key, Explanation.MAX_KEY), effect, text));
  }

  private static String expected(String setting) {
    return switch (setting) {
      case "scrape" -> "true or false";
      case "port" -> "a number from 1 to 65535";
      case "path" -> "a path such as /metrics";
      default -> "http or https";
    };
  }

  private static String bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> "true";
      case "false", "no", "off", "0" -> "false";
      default -> "";
    };
  }

  private static String port(String text) {
    int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    return port >= 1 && port <= 65_535 ? Integer.toString(port) : "";
  }

  /** Prometheus would escape the question mark of a query. */
  private static String path(String text) {
    String path = text.replaceFirst("(?s)\\?.*", "");
    return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
  }

  private static String scheme(String text) {
    String scheme = text.toLowerCase(Locale.ROOT);
    return List.of("http", "https").contains(scheme) ? scheme : "";
  }
}
