package dev.koi.testkit.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.koi.testkit.engine.Container.Attachment;
import java.util.Map;
import java.util.TreeMap;

/** Writes events in one dialect, in the field order of the real ones. */
final class EventJson {
  private final Dialect dialect;

  EventJson(Dialect dialect) {
    this.dialect = dialect;
  }

  EngineEvent container(Container c, String action, Map<String, String> facts, long timeNano) {
    Map<String, String> attributes = new TreeMap<>();
    if (dialect.podman()) {
      attributes.putAll(c.spec.labels);
      attributes.putAll(facts);
      podmanAttributes(attributes);
    } else {
      // Docker lets a label overwrite the engine's own attributes, exitCode for one.
      attributes.putAll(facts);
      attributes.putAll(c.spec.labels);
    }
    attributes.put("image", c.spec.image);
    attributes.put("name", c.name);
    ObjectNode event = EngineJson.MAPPER.createObjectNode();
    event.put("status", action).put("id", c.id).put("from", c.spec.image);
    String health = attributes.remove("HealthStatus");
    finish(event, "container", action, c.id, attributes, timeNano);
    if (health != null) {
      event.put("HealthStatus", health);
    }
    return event("container", action, c.id, attributes, timeNano, event);
  }

  /** Docker's name the network and mention the container; Podman's name the container. */
  EngineEvent network(Container c, String action, Attachment at, long timeNano) {
    Map<String, String> attributes = new TreeMap<>();
    ObjectNode event = EngineJson.MAPPER.createObjectNode();
    if (!dialect.podman()) {
      boolean special = at.ip().isEmpty();
      attributes.put("container", c.id);
      attributes.put("name", at.network());
      attributes.put("type", special && !at.network().equals("none") ? at.network() : "bridge");
      if (at.network().equals("none")) {
        attributes.put("type", "null");
      }
      finish(event, "network", action, at.networkId(), attributes, timeNano);
      return event("network", action, at.networkId(), attributes, timeNano, event);
    }
    podmanAttributes(attributes);
    attributes.put("image", "");
    attributes.put("name", c.name);
    if (dialect != Dialect.PODMAN_4) {
      attributes.put("network", at.network());
    }
    event.put("status", action).put("id", c.id);
    finish(event, "network", action, c.id, attributes, timeNano);
    return event("network", action, c.id, attributes, timeNano, event);
  }

  private void podmanAttributes(Map<String, String> attributes) {
    attributes.put("podId", "");
    if (dialect == Dialect.PODMAN_4) {
      attributes.putIfAbsent("containerExitCode", "0");
    }
  }

  private static void finish(
      ObjectNode event,
      String type,
      String action,
      String actorId,
      Map<String, String> attributes,
      long timeNano) {
    event.put("Type", type).put("Action", action);
    ObjectNode actor = event.putObject("Actor").put("ID", actorId);
    actor.set("Attributes", EngineJson.MAPPER.valueToTree(attributes));
    event.put("scope", "local");
    event.put("time", timeNano / 1_000_000_000L).put("timeNano", timeNano);
  }

  private static EngineEvent event(
      String type,
      String action,
      String actorId,
      Map<String, String> attributes,
      long timeNano,
      ObjectNode json) {
    return new EngineEvent(type, action, actorId, attributes, timeNano, json.toString());
  }
}
