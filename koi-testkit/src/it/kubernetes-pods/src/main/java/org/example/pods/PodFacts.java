package org.example.pods;

import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What Koi shows of a pod. */
final class PodFacts {

  private PodFacts() {}

  /** Returns where the pod can be asked for; its uid cannot be. */
  static String id(Pod pod) {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }

  /** Returns the instance; empty for a pod that has not started yet, or has ended. */
  static Optional<Instance> instance(String entry, Pod pod) {
    Optional<InstanceState> state = state(pod);
    if (state.isEmpty()) {
      return Optional.empty();
    }
    List<Container> containers = pod.getSpec().getContainers();
    Instance.Builder instance =
        Instance.builder(entry, id(pod), pod.getMetadata().getName())
            .image(containers.get(0).getImage())
            .state(state.get()).health(health(pod))
            .ports(published(containers)).exposedPorts(exposed(containers))
            .labels(labels(pod)).group(pod.getMetadata().getNamespace())
            .host(pod.getSpec().getNodeName())
            .life(String.valueOf(statuses(pod).mapToInt(it -> it.getRestartCount()).sum()));
    List<String> ips = pod.getStatus().getPodIPs().stream().map(PodIP::getIp).toList();
    instance.networks(ips.isEmpty() ? List.of() : List.of(Network.of("pod", ips)));
    startedAt(pod).ifPresent(instance::startedAt);
    return Optional.of(instance.build());
  }

  private static Optional<InstanceState> state(Pod pod) {
    String phase = String.valueOf(pod.getStatus().getPhase());
    if (!phase.equals("Running") && !phase.equals("Unknown")) {
      return Optional.empty();
    }
    boolean ends = pod.getMetadata().getDeletionTimestamp() != null;
    boolean waits = statuses(pod).anyMatch(PodFacts::waitsForRestart);
    return Optional.of(
        ends || phase.equals("Unknown")
            ? InstanceState.UNKNOWN
            : waits ? InstanceState.RESTARTING : InstanceState.RUNNING);
  }

  private static Stream<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream();
  }

  private static boolean waitsForRestart(ContainerStatus status) {
    return status.getState().getWaiting() != null && status.getLastState().getTerminated() != null;
  }

  private static Health health(Pod pod) {
    if (pod.getSpec().getContainers().stream().allMatch(c -> c.getReadinessProbe() == null)) {
      return Health.NONE;
    } else if (statuses(pod).allMatch(status -> Boolean.TRUE.equals(status.getReady()))) {
      return Health.HEALTHY;
    }
    boolean started = statuses(pod).allMatch(status -> Boolean.TRUE.equals(status.getStarted()));
    return started ? Health.UNHEALTHY : Health.STARTING;
  }

  /** The youngest container's start, because a restart of any is one of the pod. */
  private static Optional<Instant> startedAt(Pod pod) {
    return statuses(pod)
        .map(
            status ->
                status.getState().getRunning() != null
                    ? status.getState().getRunning().getStartedAt()
                    : waitsForRestart(status)
                        ? status.getLastState().getTerminated().getStartedAt()
                        : null)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .max(Comparator.naturalOrder());
  }

  /** Koi's own keys may be annotations: a label cannot have a value such as _http._tcp. */
  private static Map<String, String> labels(Pod pod) {
    Map<String, String> labels = new HashMap<>(pod.getMetadata().getAnnotations());
    labels.keySet().removeIf(key -> !key.startsWith("koi."));
    labels.putAll(pod.getMetadata().getLabels());
    return labels;
  }

  private static List<PortMapping> published(List<Container> containers) {
    return ports(containers)
        .filter(PodFacts::isPublished)
        .map(
            port ->
                new PortMapping(
                    port.getHostPort(),
                    port.getContainerPort(),
                    protocol(port.getProtocol()),
                    port.getHostIP() == null ? "0.0.0.0" : port.getHostIP()))
        .toList();
  }

  private static List<ContainerPort> exposed(List<Container> containers) {
    return ports(containers)
        .filter(port -> !isPublished(port))
        .map(port -> new ContainerPort(port.getContainerPort(), protocol(port.getProtocol())))
        .toList();
  }

  private static Stream<io.fabric8.kubernetes.api.model.ContainerPort> ports(List<Container> all) {
    return all.stream().flatMap(container -> container.getPorts().stream());
  }

  private static boolean isPublished(io.fabric8.kubernetes.api.model.ContainerPort port) {
    return port.getHostPort() != null && port.getHostPort() > 0;
  }

  private static PortProtocol protocol(String name) {
    return name == null ? PortProtocol.TCP : PortProtocol.valueOf(name);
  }
}
