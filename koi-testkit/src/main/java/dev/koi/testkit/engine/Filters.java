package dev.koi.testkit.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The {@code filters} parameter of a request, as far as Koi uses it. */
final class Filters {
  private final Map<String, List<String>> wanted = new TreeMap<>();

  /**
   * Reads {@code {"type":["container"]}}; throws IllegalArgumentException for anything else and for
   * keys that are not known.
   */
  Filters(String json, List<String> known) {
    try {
      for (Map.Entry<String, JsonNode> f : EngineJson.MAPPER.readTree(json).properties()) {
        if (!known.contains(f.getKey()) || !f.getValue().isArray()) {
          throw new IllegalArgumentException("invalid filter '" + f.getKey() + "'");
        }
        List<String> values = new ArrayList<>();
        f.getValue().forEach(v -> values.add(v.asText()));
        wanted.put(f.getKey(), values);
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
        && any("pod", pod -> c.pod != null && List.of(c.pod.id(), c.pod.name()).contains(pod));
  }

  boolean matches(SentEvent event) {
    return event.type().isEmpty() || any("type", event.type()::equals);
  }

  private boolean any(String key, Predicate<String> matches) {
    List<String> values = wanted.get(key);
    return values == null || values.stream().anyMatch(matches);
  }
}
