package dev.koi.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Makes instances of an engine's JSON. Lenient: what is missing, null or of another type counts as
 * not there. The environment goes into the builder, which looks up one name in it; command lines
 * and mounts are not read.
 *
 * <p>A container in the host's network publishes nothing, so it has exposed ports only, and the
 * network "host" without an address. One without network ("none") has none.
 */
final class InstanceMapping {

  private static final String EVERY_IPV4_ADDRESS = "0.0.0.0";

  private final String backend;
  private final EngineDialect dialect;

  InstanceMapping(String backend, EngineDialect dialect) {
    this.backend = backend;
    this.dialect = dialect;
  }

  /** Returns the id of the container in whose network this one lives, if it does. */
  static Optional<String> networkOwner(JsonNode inspected) {
    String mode = inspected.at("/HostConfig/NetworkMode").asText();
    return mode.startsWith("container:")
        ? Optional.of(mode.substring("container:".length()))
        : Optional.empty();
  }

  /** Returns whether the engine made that container for its own purposes. */
  boolean isInfrastructure(JsonNode inspected) {
    return dialect.isInfrastructure(
        plain(inspected.path("Name").asText()),
        inspected.at("/Config/Image").asText(),
        inspected.at("/HostConfig/CgroupParent").asText());
  }

  /**
   * Returns the instance, or empty if it is not present, or an engine's own.
   *
   * @param inspected the answer about the container
   * @param network the answer about the container in whose network it lives; mostly the same
   * @param pod the name of its pod; empty if there is none or it is unknown
   */
  Optional<Instance> fromInspection(JsonNode inspected, JsonNode network, Optional<String> pod)
      throws IOException {
    if (isInfrastructure(inspected)) {
      return Optional.empty();
    }
    JsonNode config = inspected.path("Config");
    JsonNode state = inspected.path("State");
    JsonNode bindings = network.at("/NetworkSettings/Ports");
    Instance.Builder builder =
        builder(inspected, inspected.path("Name").asText(), config.path("Image").asText());
    Stream<String> exposed = Stream.concat(keys(config.path("ExposedPorts")), keys(bindings));
    builder
        .health(health(state.at("/Health/Status").asText()))
        .startedAt(time(state.path("StartedAt").asText()))
        .ports(published(bindings))
        .exposedPorts(exposed.flatMap(key -> containerPort(key).stream()).toList())
        .networks(networks(network))
        .labels(labels(config.path("Labels")))
        .environment(texts(config.path("Env")))
        .pod(pod.orElse(null));
    return present(builder, state.path("Status").asText(), state.path("Running").asBoolean());
  }

  /**
   * Returns the instance as far as its row of the list tells: without health, start and
   * environment. For a container that the engine cannot inspect.
   */
  Optional<Instance> fromRow(JsonNode row) throws IOException {
    String name = row.at("/Names/0").asText();
    String image = row.path("Image").asText();
    if (dialect.isInfrastructure(plain(name), image, "")) {
      return Optional.empty();
    }
    List<PortMapping> published = new ArrayList<>();
    List<ContainerPort> exposed = new ArrayList<>();
    for (JsonNode port : row.path("Ports")) {
      containerPort(port.path("PrivatePort").asText() + "/" + port.path("Type").asText())
          .ifPresent(
              inside -> {
                exposed.add(inside);
                mapping(inside, port.path("IP").asText(), port.path("PublicPort").asText())
                    .ifPresent(published::add);
              });
    }
    Instance.Builder builder =
        builder(row, name, image)
            .ports(published)
            .exposedPorts(exposed)
            .networks(networks(row))
            .labels(labels(row.path("Labels")));
    return present(builder, row.path("State").asText(), false);
  }

  private Instance.Builder builder(JsonNode container, String name, String image)
      throws IOException {
    String id = container.path("Id").asText();
    if (!EngineRequest.isId(id)) {
      throw new IOException("the engine describes a container without an id");
    }
    String plainName = plain(name);
    return Instance.builder(backend, id, plainName.isBlank() ? id : plainName)
        .image(image.isEmpty() ? null : image);
  }

  private static String plain(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private static Optional<Instance> present(
      Instance.Builder builder, String status, boolean running) {
    return state(status, running).map(state -> builder.state(state).build());
  }

  /** Returns the state of a container that is present. */
  static Optional<InstanceState> state(String status, boolean running) {
    return switch (status) {
      // Podman's "stopping": told to stop, but its process still runs
      case "running", "stopping" -> Optional.of(InstanceState.RUNNING);
      case "paused" -> Optional.of(InstanceState.PAUSED);
      case "restarting" -> Optional.of(InstanceState.RESTARTING);
      case "created", "initialized", "exited", "stopped", "removing", "dead" -> Optional.empty();
      default -> running ? Optional.of(InstanceState.UNKNOWN) : Optional.empty();
    };
  }

  private static Health health(String status) {
    return switch (status) {
      case "starting" -> Health.STARTING;
      case "healthy" -> Health.HEALTHY;
      case "unhealthy" -> Health.UNHEALTHY;
      default -> Health.NONE; // absent, "none", and Podman 4's ""
    };
  }

  /** Returns that time, or {@code null} for none, which engines write as the year 1. */
  private static Instant time(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      return time.getYear() <= 1 ? null : time.toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Reads {@code {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "81/tcp": null}}. */
  private static List<PortMapping> published(JsonNode bindings) {
    List<PortMapping> published = new ArrayList<>();
    bindings
        .properties()
        .forEach(
            entry ->
                containerPort(entry.getKey())
                    .ifPresent(
                        inside ->
                            entry
                                .getValue()
                                .forEach(
                                    binding ->
                                        mapping(
                                                inside,
                                                binding.path("HostIp").asText(),
                                                binding.path("HostPort").asText())
                                            .ifPresent(published::add))));
    return published;
  }

  private static Optional<PortMapping> mapping(ContainerPort inside, String hostIp, String port) {
    // Podman 4 leaves the address out where it means every IPv4 address
    String address = hostIp.isEmpty() ? EVERY_IPV4_ADDRESS : hostIp;
    return portNumber(port)
        .map(number -> new PortMapping(number, inside.port(), inside.protocol(), address));
  }

  /** Reads {@code "80/tcp"}. */
  private static Optional<ContainerPort> containerPort(String text) {
    String[] parts = text.split("/", 2);
    Optional<PortProtocol> protocol =
        switch (parts.length == 1 ? "" : parts[1].toLowerCase(Locale.ROOT)) {
          case "", "tcp" -> Optional.of(PortProtocol.TCP);
          case "udp" -> Optional.of(PortProtocol.UDP);
          case "sctp" -> Optional.of(PortProtocol.SCTP);
          default -> Optional.empty();
        };
    return protocol.flatMap(
        known -> portNumber(parts[0]).map(number -> new ContainerPort(number, known)));
  }

  private static Optional<Integer> portNumber(String text) {
    try {
      return Optional.of(Integer.valueOf(text)).filter(port -> port >= 1 && port <= 65_535);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Collection<Network> networks(JsonNode container) {
    Map<String, Network> networks = new HashMap<>();
    container
        .at("/NetworkSettings/Networks")
        .properties()
        .forEach(
            entry ->
                networks.put(
                    entry.getKey(),
                    Network.of(
                        entry.getKey(),
                        Stream.of("IPAddress", "GlobalIPv6Address")
                            .map(field -> entry.getValue().path(field).asText())
                            .filter(address -> !address.isEmpty())
                            .toList())));
    if (container.at("/HostConfig/NetworkMode").asText().equals("host")) {
      networks.put("host", Network.of("host", List.of())); // Podman 4 does not show it
    }
    networks.remove("none"); // which Docker shows as a network, and Podman 4 does not
    return networks.values();
  }

  private static Map<String, String> labels(JsonNode labels) {
    return labels.properties().stream()
        .filter(label -> label.getValue().isTextual())
        .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getValue().textValue()));
  }

  private static Stream<String> keys(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey);
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .toList();
  }
}
