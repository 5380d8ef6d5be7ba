package dev.koi.cli;

import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.Network;
import dev.koi.PortMapping;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** An instance's facts as people write them. */
final class InstanceText {

  private InstanceText() {}

  static String state(Instance instance) {
    String state = instance.state().wireName();
    return instance.health() == Health.NONE
        ? state
        : state + " (" + instance.health().wireName() + ")";
  }

  static String ports(Instance instance) {
    return joined(instance.ports().stream().map(PortMapping::toString).toList());
  }

  static String age(Instance instance, Instant now) {
    Instant since = instance.startedAt().orElse(instance.discoveredAt());
    long seconds = Math.max(0, Duration.between(since, now).toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    } else if (seconds < 2 * 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86400 + "d";
  }

  /** Returns the value of the field of that wire name. */
  static String field(Instance instance, String name) {
    return switch (name) {
      case "compose" -> instance.compose().map(Object::toString).orElse("none");
      case "container_name" -> instance.containerName();
      case "exposed_ports" ->
          joined(instance.exposedPorts().stream().map(ContainerPort::toString).toList());
      case "health" -> instance.health().wireName();
      case "image" -> instance.image().orElse("none");
      case "labels" -> instance.labels().size() + " labels";
      case "networks" -> joined(instance.networks().stream().map(InstanceText::network).toList());
      case "pod" -> instance.pod().orElse("none");
      case "ports" -> ports(instance);
      case "state" -> instance.state().wireName();
      default -> "";
    };
  }

  private static String network(Network network) {
    return network.ips().isEmpty()
        ? network.name()
        : network.name() + "=" + String.join("/", network.ips());
  }

  private static String joined(List<String> texts) {
    return texts.stream().collect(Collectors.joining(", "));
  }
}
