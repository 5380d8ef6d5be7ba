package dev.koi.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The names of Podman's pods, which its Docker-compatible API does not show. A member shares the
 * namespaces of a container that holds the pod, and which has the pod's name for its host name
 * unless it was given another. Whether it has, the list tells, which can be asked for one pod.
 *
 * <p>So a name stays unknown if the pod was given another host name, or has no such container.
 */
final class PodNames {

  private static final int MAX_PODS = 1000;

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final InstanceMapping mapping;
  private final Duration deadline;
  private final Map<String, Optional<String>> names = new ConcurrentHashMap<>(); // by the holder

  PodNames(EngineHttp http, EngineIdentity engine, InstanceMapping mapping, Duration deadline) {
    this.http = http;
    this.engine = engine;
    this.mapping = mapping;
    this.deadline = deadline;
  }

  /** Returns the name of a container's pod, if it is in one and the name can be known. */
  Optional<String> of(JsonNode inspected) throws IOException, InterruptedException {
    Optional<String> holder = holder(inspected);
    if (engine.dialect() != EngineDialect.PODMAN || holder.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> name = names.get(holder.get());
    if (name == null) {
      try {
        name = ask(holder.get());
      } catch (EngineAnswerException e) {
        return Optional.empty(); // it has gone, or this is an old Podman that cannot tell
      }
      if (names.size() >= MAX_PODS) {
        names.clear();
      }
      names.put(holder.get(), name);
    }
    return name;
  }

  /** A pod need not share each of these, but it shares one. */
  private static Optional<String> holder(JsonNode inspected) {
    return Stream.of("NetworkMode", "IpcMode", "UTSMode")
        .map(mode -> inspected.path("HostConfig").path(mode).asText())
        .filter(mode -> mode.startsWith("container:"))
        .map(mode -> mode.substring("container:".length()))
        .filter(EngineRequest::isId)
        .findFirst();
  }

  private Optional<String> ask(String holder) throws IOException, InterruptedException {
    JsonNode inspected = http.json(EngineRequest.inspect(engine.api(), holder), deadline);
    String name = inspected.at("/Config/Hostname").asText();
    if (!mapping.isInfrastructure(inspected) || !EngineRequest.isPodName(name)) {
      return Optional.empty();
    }
    JsonNode rows = http.json(EngineRequest.podMember(engine.api(), holder, name), deadline);
    return rows.findValuesAsText("Id").contains(holder) ? Optional.of(name) : Optional.empty();
  }
}
