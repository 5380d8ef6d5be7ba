package dev.koi.docker.engine;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whose API it is. Docker and Podman speak the same one; where they differ, it is written here. */
public enum EngineDialect {
  /** Docker Engine, and what is built of it: Docker Desktop, Colima, OrbStack. */
  DOCKER("Docker Engine") {
    @Override
    boolean listsOnlyRunning() {
      return false; // paused and restarting ones are listed too
    }

    @Override
    boolean isInfrastructure(String name, String image, String cgroup) {
      return false;
    }

    @Override
    String containerOfNetworkEvent(EngineEvent event) {
      return event.container(); // the actor is the network
    }
  },

  /** Podman's Docker-compatible API. */
  PODMAN("Podman") {
    @Override
    boolean listsOnlyRunning() {
      return true; // paused ones, and those told to stop but still running, only with all=1
    }

    @Override
    boolean isInfrastructure(String name, String image, String cgroup) {
      if (image.contains("/podman-pause:")) {
        return true;
      }
      Matcher named = INFRA_NAME.matcher(name); // Podman 5.8 shows no image, others have their own
      return named.matches() && (image.isEmpty() || cgroup.contains(named.group(1)));
    }

    @Override
    String containerOfNetworkEvent(EngineEvent event) {
      return event.actor(); // the network itself is not named by its id
    }
  };

  private static final Pattern INFRA_NAME = Pattern.compile("([0-9a-f]{12})-infra");

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

  private final String product;

  EngineDialect(String product) {
    this.product = product;
  }

  /** Returns the name people know it by. */
  public String product() {
    return product;
  }

  /** Returns whether the plain list leaves out containers that are present but do not run. */
  abstract boolean listsOnlyRunning();

  /**
   * Returns whether the engine made this container for its own purposes, to hold a pod.
   *
   * @param cgroup the parent of its cgroup, which a pod names by its id; empty if unknown
   */
  abstract boolean isInfrastructure(String name, String image, String cgroup);

  abstract String containerOfNetworkEvent(EngineEvent event);

  /** Returns the container that may have changed, or empty if the event is no sign of that. */
  Optional<String> changedContainer(EngineEvent event) {
    String id =
        switch (event.type()) {
          case "container" -> WITHOUT_EFFECT.contains(event.action()) ? "" : event.actor();
          case "network" ->
              Set.of("connect", "disconnect").contains(event.action())
                  ? containerOfNetworkEvent(event)
                  : "";
          default -> "";
        };
    return EngineRequest.isId(id) ? Optional.of(id) : Optional.empty();
  }
}
