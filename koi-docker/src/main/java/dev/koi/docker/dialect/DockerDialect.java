package dev.koi.docker.dialect;

import dev.koi.docker.transport.ApiVersion;
import dev.koi.docker.transport.EngineRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Docker Engine, and what is built of it: Docker Desktop, Colima, OrbStack. */
public final class DockerDialect implements EngineDialect {

  /** Makes one. */
  public DockerDialect() {}

  @Override
  public String backend() {
    return "docker";
  }

  @Override
  public String product() {
    return "Docker Engine";
  }

  @Override
  public List<EngineRequest> lists(ApiVersion api) {
    return List.of(EngineRequest.list(api, false)); // lists paused and restarting ones, too
  }

  @Override
  public EngineRequest row(ApiVersion api, String id) {
    return EngineRequest.row(api, id);
  }

  @Override
  public boolean rowsNamePods() {
    return false;
  }

  /** The sandboxes by which cri-dockerd holds the pods of Kubernetes are nobody's service. */
  @Override
  public boolean isInfrastructure(
      String name, String image, String command, Map<String, String> labels) {
    return "podsandbox".equals(labels.get("io.kubernetes.docker.type"));
  }

  @Override
  public EventReader events(SeenContainers seen) {
    return (event, hints) ->
        event
            .changedContainer(event.container()) // the actor of a network event is the network
            .ifPresent(
                id -> {
                  hints.accept(id);
                  seen.guests(id).forEach(hints);
                });
  }

  @Override
  public Optional<String> whyAStreamEndsAtOnce() {
    return Optional.empty();
  }
}
