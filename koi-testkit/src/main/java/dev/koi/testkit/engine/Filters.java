package dev.koi.testkit.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The {@code filters} parameter of a request, as far as engines agree about it. */
final class Filters {
  private static final Set<String> LIST_KEYS =
      Set.of(
          "ancestor",
          "before",
          "exited",
          "expose",
          "health",
          "id",
          "is-task",
          "isolation",
          "label",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");
  private static final Set<String> EVENT_KEYS =
      Set.of("type", "event", "container", "image", "label", "network", "volume", "pod");

  private final Dialect dialect;
  private final Map<String, List<String>> wanted = new TreeMap<>();

  /**
   * Reads the list form {@code {"type":["container"]}} or the map form {@code
   * {"type":{"container":true}}}.
   *
   * @param json null if there is no such parameter
   */
  Filters(String json, Dialect dialect) throws JsonProcessingException {
    this.dialect = dialect;
    JsonNode root = EngineJson.MAPPER.readTree(json == null || json.isEmpty() ? "{}" : json);
    for (Map.Entry<String, JsonNode> filter : root.properties()) {
      List<String> values = wanted.computeIfAbsent(filter.getKey(), key -> new ArrayList<>());
      filter.getValue().elements().forEachRemaining(v -> addText(values, v));
      for (Map.Entry<String, JsonNode> value : filter.getValue().properties()) {
        if (value.getValue().asBoolean() || dialect.podman()) { // Podman ignores a false
          values.add(value.getKey());
        }
      }
    }
  }

  /** The first key that /containers/json does not know, or null. */
  String unknownListKey() {
    return firstOutside(LIST_KEYS);
  }

  /** The first key that /events does not know, or null; Docker passes over it. */
  String unknownEventKey() {
    return firstOutside(EVENT_KEYS);
  }

  List<String> statuses() {
    return wanted.getOrDefault("status", List.of());
  }

  boolean matches(Container c) {
    return any("status", c.status::equals)
        && any("id", c.id::startsWith)
        && any("name", value -> ("/" + c.name).contains(value))
        && any("health", value -> value.equals(c.health.isEmpty() ? "none" : c.health))
        && any("network", c.networks::containsKey)
        && any("ancestor", c.spec.image::equals)
        && labels(c.spec.labels, true);
  }

  boolean matches(EngineEvent event) {
    return event.type().isEmpty()
        || (any("type", event.type()::equals)
            && any("event", value -> isAction(event.action(), value))
            && any("container", value -> isContainer(event, value))
            && any("image", value -> value.equals(event.attributes().get("image")))
            && any("network", value -> value.equals(event.attributes().get("name")))
            && labels(event.attributes(), !dialect.podman()));
  }

  private static void addText(List<String> values, JsonNode value) {
    if (value.isTextual()) {
      values.add(value.asText());
    }
  }

  private String firstOutside(Set<String> known) {
    return wanted.keySet().stream().filter(key -> !known.contains(key)).findFirst().orElse(null);
  }

  private boolean any(String key, Predicate<String> matches) {
    List<String> values = wanted.get(key);
    return values == null || values.stream().anyMatch(matches);
  }

  /** Podman 4 knows the end only as {@code died}, and no Podman knows {@code destroy}. */
  private boolean isAction(String action, String value) {
    boolean died = dialect.podman() && action.equals("die") && value.equals("died");
    boolean same = value.equals(action) || action.startsWith(value + ":");
    return died || (same && !(dialect == Dialect.PODMAN_4 && action.equals("die")));
  }

  private static boolean isContainer(EngineEvent event, String value) {
    return event.type().equals("container")
        && (event.actorId().startsWith(value) || value.equals(event.attributes().get("name")));
  }

  /** Events of Podman up to 5.4 match no label filter that lacks a value. */
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
