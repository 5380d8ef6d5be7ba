package dev.koi.testkit.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The {@code filters} parameter of a request, as far as it is simulated. */
final class Filters {
  private final Dialect dialect;
  private final Map<String, List<String>> wanted = new TreeMap<>();

  /**
   * Reads {@code {"type":["container"]}} or {@code {"type":{"container":true}}}; throws
   * IllegalArgumentException for anything else and for keys that are not known.
   */
  Filters(String json, List<String> known, Dialect dialect) {
    this.dialect = dialect;
    try {
      for (Map.Entry<String, JsonNode> f : EngineJson.MAPPER.readTree(json).properties()) {
        if (!known.contains(f.getKey())) {
          throw new IllegalArgumentException("invalid filter '" + f.getKey() + "'");
        }
        List<String> values = new ArrayList<>();
        wanted.put(f.getKey(), values);
        f.getValue().forEach(v -> values.add(v.asText()));
        if (f.getValue().isObject()) {
          values.clear();
          f.getValue().fieldNames().forEachRemaining(values::add);
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("invalid filter", e);
    }
  }

  boolean names(String key) {
    return wanted.containsKey(key);
  }

  boolean matches(Container c) {
    return any("status", c.status::equals)
        && any("id", c.id::startsWith)
        && any("name", value -> ("/" + c.name).contains(value))
        && any("health", value -> value.equals(c.health.isEmpty() ? "none" : c.health))
        && labels(c.spec.labels, true);
  }

  boolean matches(SentEvent event) {
    return event.type().isEmpty()
        || (any("type", event.type()::equals)
            && any("event", value -> isAction(event.action(), value))
            && any("container", value -> isContainer(event, value))
            && labels(event.attributes(), !dialect.podman()));
  }

  private boolean any(String key, Predicate<String> matches) {
    List<String> values = wanted.get(key);
    return values == null || values.stream().anyMatch(matches);
  }

  /** Podman 4 knows the end only as {@code died}, and no Podman knows {@code destroy}. */
  private boolean isAction(String action, String value) {
    if (dialect.podman() && action.equals("die") && value.equals("died")) {
      return true;
    }
    boolean same = value.equals(action) || action.startsWith(value + ":");
    return same && !(dialect == Dialect.PODMAN_4 && action.equals("die"));
  }

  private static boolean isContainer(SentEvent event, String value) {
    return event.type().equals("container")
        && (event.actorId().startsWith(value) || value.equals(event.attributes().get("name")));
  }

  /** On the events of Podman up to 5.4, a label filter without a value matches nothing. */
  private boolean labels(Map<String, String> labels, boolean keyAlone) {
    for (String label : wanted.getOrDefault("label", List.of())) {
      String[] parts = label.split("=", 2);
      String value = labels.get(parts[0]);
      if (value == null || (parts.length < 2 ? !keyAlone : !parts[1].equals(value))) {
        return false;
      }
    }
    return true;
  }
}
