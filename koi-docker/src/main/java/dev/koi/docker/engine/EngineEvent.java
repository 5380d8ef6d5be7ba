package dev.koi.docker.engine;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * What Koi reads of an event: enough to know which container to look at. Never the action's
 * argument, in which Docker repeats command lines, nor the legacy fields that API 1.52 dropped.
 *
 * @param type such as "container"
 * @param action such as "start", or "exec_create" without what follows the colon
 * @param actor the id of what the event is about
 * @param container on Docker, the container that a network event is about
 * @param health on Podman, what a probe has found, or had found before
 */
record EngineEvent(String type, String action, String actor, String container, String health) {

  private static final Set<String> FIELDS =
      Set.of("Type", "Action", "Actor.ID", "Actor.Attributes.container", "HealthStatus");

  /** Reads the event whose opening brace the parser has just read. */
  static EngineEvent read(JsonParser parser) throws IOException {
    Map<String, String> fields = Json.texts(parser, FIELDS);
    String action = fields.getOrDefault("Action", "");
    int colon = action.indexOf(':');
    return new EngineEvent(
        fields.getOrDefault("Type", ""),
        colon < 0 ? action : action.substring(0, colon),
        fields.getOrDefault("Actor.ID", ""),
        fields.getOrDefault("Actor.Attributes.container", ""),
        fields.getOrDefault("HealthStatus", ""));
  }
}
