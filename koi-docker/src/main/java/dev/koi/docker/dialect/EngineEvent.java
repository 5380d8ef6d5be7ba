package dev.koi.docker.dialect;

import dev.koi.docker.json.Json;
import dev.koi.docker.transport.EngineRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * The part of an event that Koi reads: enough to know which container to inspect. Never the
 * action's argument, in which Docker repeats command lines, nor the legacy fields that API 1.52
 * dropped.
 *
 * @param type such as "container"
 * @param action such as "start", or "exec_create" without what follows the colon
 * @param actor the id of what the event is about
 * @param container on Docker, the container that a network event is about
 * @param health on Podman, what a probe has found, or had found before
 */
public record EngineEvent(
    String type, String action, String actor, String container, String health) {

  private static final Set<String> ATTRIBUTES = Set.of("container");

  /** Actions that never change what an inspection shows. Unknown ones count as changes. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "create", // not running yet; start follows
          "init",
          "restart", // of Podman, before the end; of Docker, after the start, which says it all
          "exec",
          "exec_create",
          "exec_start",
          "exec_detach",
          "exec_die",
          "exec_died",
          "attach",
          "detach",
          "resize",
          "top",
          "commit",
          "export",
          "copy",
          "archive-path",
          "extract-to-dir",
          "mount",
          "unmount",
          "prune");

  /** Reads the object on which the reader stands; anything else is an event of no type. */
  public static EngineEvent read(Json json) throws IOException {
    String[] texts = {"", "", "", "", ""};
    json.object(
        name -> {
          switch (name) {
            case "Type" -> texts[0] = json.text();
            case "Action" -> texts[1] = beforeColon(json.text());
            case "Actor" -> json.object(field -> readActor(json, field, texts));
            case "HealthStatus" -> texts[4] = json.text();
            default -> {}
          }
        });
    return new EngineEvent(texts[0], texts[1], texts[2], texts[3], texts[4]);
  }

  private static void readActor(Json json, String name, String[] texts) throws IOException {
    switch (name) {
      case "ID" -> texts[2] = json.text();
      case "Attributes" -> texts[3] = json.texts(ATTRIBUTES).get("container");
      default -> {}
    }
  }

  private static String beforeColon(String action) {
    int colon = action.indexOf(':');
    return colon < 0 ? action : action.substring(0, colon);
  }

  /** Returns whether a container's process has ended; Docker says "die", Podman "died". */
  public boolean isEnd() {
    return type.equals("container") && (action.equals("die") || action.equals("died"));
  }

  /**
   * Returns the container that may have changed; empty if the event is no sign of that.
   *
   * @param networkMember the container that it names if it is an event of a network
   */
  public Optional<String> changedContainer(String networkMember) {
    String id =
        switch (type) {
          case "container" -> WITHOUT_EFFECT.contains(action) ? "" : actor;
          case "network" -> Set.of("connect", "disconnect").contains(action) ? networkMember : "";
          default -> "";
        };
    return EngineRequest.isId(id) ? Optional.of(id) : Optional.empty();
  }
}
