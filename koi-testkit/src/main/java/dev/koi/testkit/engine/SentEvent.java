package dev.koi.testkit.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.koi.testkit.engine.Container.Attachment;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** One event as subscribers get it; raw text has an empty type. */
record SentEvent(String type, long timeNano, String json) {

  /** Ends a stream. */
  static final SentEvent END = raw("", 0);

  static SentEvent raw(String text, long timeNano) {
    return new SentEvent("", timeNano, text);
  }

  /** An event about a container; what this action alone tells is among the facts. */
  static SentEvent of(
      Dialect dialect, Container c, String action, Map<String, String> facts, long timeNano) {
    // Docker lets a label forge what the engine says, exitCode for one; Podman does not.
    Map<String, String> attributes = new TreeMap<>(dialect.podman() ? c.spec.labels : facts);
    attributes.putAll(dialect.podman() ? facts : c.spec.labels);
    if (dialect.podman()) {
      addPodman(dialect, c, attributes);
    }
    attributes.put("image", c.spec.image);
    attributes.put("name", c.name);
    ObjectNode json = EngineJson.MAPPER.createObjectNode();
    json.put("status", action).put("id", c.id).put("from", c.spec.image);
    String health = dialect.podman() ? attributes.remove("HealthStatus") : null;
    json.put("Type", "container").put("Action", action);
    return finish(json, c.id, attributes, timeNano, health);
  }

  /** Docker's network events are about the network, Podman's about the container. */
  static SentEvent ofNetwork(
      Dialect dialect, Container c, String action, Attachment at, long timeNano) {
    Map<String, String> attributes = new TreeMap<>();
    ObjectNode json = EngineJson.MAPPER.createObjectNode();
    if (dialect.podman()) {
      addPodman(dialect, c, attributes);
      attributes.put("image", "");
      attributes.put("name", c.name);
      if (dialect != Dialect.PODMAN_4) {
        attributes.put("network", at.network());
      }
      json.put("status", action).put("id", c.id);
    } else {
      boolean special = at.ip().isEmpty();
      String driver = special ? at.network().replace("none", "null") : "bridge";
      attributes.putAll(Map.of("container", c.id, "name", at.network(), "type", driver));
    }
    String actorId = dialect.podman() ? c.id : at.networkId();
    json.put("Type", "network").put("Action", action);
    return finish(json, actorId, attributes, timeNano, null);
  }

  /** What an action tells of the container's end. */
  static Map<String, String> facts(Dialect dialect, Container c, String action) {
    String code = Integer.toString(c.exitCode);
    if (!action.equals("die")) {
      boolean told = dialect == Dialect.PODMAN_5 && action.equals("remove");
      return told ? Map.of("containerExitCode", code) : Map.of();
    }
    String seconds = Long.toString(Duration.between(c.started, c.finished).toSeconds());
    return switch (dialect) {
      case DOCKER_20 -> Map.of("exitCode", code);
      case DOCKER_26, DOCKER_28 -> Map.of("exitCode", code, "execDuration", seconds);
      case PODMAN_4, PODMAN_5 -> Map.of("exitCode", code, "containerExitCode", code);
    };
  }

  private static void addPodman(Dialect dialect, Container c, Map<String, String> attributes) {
    attributes.put("podId", c.pod == null ? "" : c.pod.id());
    if (dialect == Dialect.PODMAN_4) {
      attributes.putIfAbsent("containerExitCode", "0");
    }
  }

  private static SentEvent finish(
      ObjectNode event,
      String actorId,
      Map<String, String> attributes,
      long timeNano,
      String health) {
    ObjectNode actor = event.putObject("Actor").put("ID", actorId);
    attributes.forEach(actor.putObject("Attributes")::put);
    event.put("scope", "local").put("time", timeNano / 1_000_000_000L).put("timeNano", timeNano);
    if (health != null) {
      event.put("HealthStatus", health);
    }
    return new SentEvent(event.get("Type").asText(), timeNano, event.toString());
  }
}
