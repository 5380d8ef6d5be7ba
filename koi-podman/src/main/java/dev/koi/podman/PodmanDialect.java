package dev.koi.podman;

import dev.koi.docker.dialect.EngineDialect;
import dev.koi.docker.dialect.EventReader;
import dev.koi.docker.dialect.SeenContainers;
import dev.koi.docker.transport.ApiVersion;
import dev.koi.docker.transport.EngineRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Podman's Docker-compatible API. Containers are listed by Podman's own API, which names pods and
 * lists also what Podman cannot inspect; by the compatible one where a proxy refuses that.
 */
public final class PodmanDialect implements EngineDialect {

  /** The program of Podman's own containers: those of pods and of {@code podman kube play}. */
  private static final String PAUSE_COMMAND = "/catatonit -P";

  /** Makes one; it holds no state. */
  public PodmanDialect() {}

  @Override
  public String backend() {
    return "podman";
  }

  @Override
  public String product() {
    return "Podman";
  }

  @Override
  public List<EngineRequest> lists(ApiVersion api) {
    // paused ones, and those told to stop but still running, only with all=1
    return List.of(EngineRequest.podmanList(), EngineRequest.list(api, true));
  }

  @Override
  public EngineRequest row(ApiVersion api, String id) {
    return EngineRequest.podmanRow(id);
  }

  @Override
  public boolean rowsNamePods() {
    return true;
  }

  /** Since Podman 5.8, the image of Podman's own containers is shown as empty. */
  @Override
  public boolean isInfrastructure(
      String name, String image, String command, Map<String, String> labels) {
    return image.contains("/podman-pause:")
        || (image.isEmpty()
            && (command.equals(PAUSE_COMMAND) || name.matches("[0-9a-f]{12}-(infra|service)")));
  }

  @Override
  public EventReader events(SeenContainers seen) {
    return new PodmanEvents(seen);
  }

  @Override
  public Optional<String> whyAStreamEndsAtOnce() {
    return Optional.of(
        "as Podman 4 does without an event log (events_logger = none in containers.conf)");
  }
}
