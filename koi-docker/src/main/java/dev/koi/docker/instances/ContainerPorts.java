package dev.koi.docker.instances;

import dev.koi.ContainerPort;
import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.docker.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The ports that an engine's answer tells of one container, a little more than Koi shows. */
final class ContainerPorts {

  private static final int MAX_KEPT = 2048;
  private static final int MAX_ADDRESS = 70; // characters
  private static final Set<String> PORT_FIELDS =
      Set.of(
          "IP",
          "PrivatePort",
          "PublicPort",
          "Type", // Docker's
          "host_ip",
          "container_port",
          "host_port",
          "protocol",
          "range"); // Podman's
  private static final String EVERY_IPV4_ADDRESS = "0.0.0.0";
  private static final Set<String> BINDING_FIELDS = Set.of("HostIp", "HostPort");

  private final Json json;
  private final List<PortMapping> published = new ArrayList<>();
  private final Set<ContainerPort> exposed = new LinkedHashSet<>();
  private final Set<ContainerPort> open = new LinkedHashSet<>(); // of its network

  ContainerPorts(Json json) {
    this.json = json;
  }

  List<PortMapping> published() {
    return published;
  }

  /** Returns what the container exposes, and what is open in the network that it uses. */
  Set<ContainerPort> exposed(ContainerPorts network) {
    Set<ContainerPort> all = new LinkedHashSet<>(exposed);
    all.addAll(network.open);
    return all;
  }

  void expose(Collection<ContainerPort> others) {
    exposed.addAll(others);
  }

  /** Adds the ports of the network's owner, as they were last seen. */
  void addNetworkOf(Instance last) {
    if (published.isEmpty()) {
      published.addAll(last.ports());
    }
    expose(last.exposedPorts());
  }

  /** Reads a key such as {@code "80/tcp"} or {@code "8000-8010/udp"}. */
  void expose(String key) {
    exposed.addAll(Ports.range(key, MAX_KEPT - exposed.size()));
  }

  /** Reads {@code "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}. */
  void addBindings(String key) throws IOException {
    for (ContainerPort inside : Ports.range(key, MAX_KEPT - open.size())) {
      open.add(inside);
      json.array(
          () -> {
            Map<String, String> binding = json.texts(BINDING_FIELDS);
            publish(binding.get("HostIp"), binding.get("HostPort"), 0, inside);
          });
    }
  }

  /** Reads a port of a row, of Docker's form or of Podman's, in which it may be a range. */
  void addPort() throws IOException {
    Map<String, String> port = json.texts(PORT_FIELDS);
    String first = port.get("PrivatePort") + port.get("container_port");
    String protocol = port.get("Type") + port.get("protocol");
    int last = Ports.number(port.get("range")).orElse(1) - 1;
    for (int i = 0; i <= last && open.size() < MAX_KEPT && published.size() < MAX_KEPT; i++) {
      for (ContainerPort inside : Ports.range(first + "/" + protocol, 1, i)) {
        open.add(inside);
        publish(
            port.get("IP") + port.get("host_ip"),
            port.get("PublicPort") + port.get("host_port"),
            i,
            inside);
      }
    }
  }

  private void publish(String hostIp, String hostPort, int offset, ContainerPort inside) {
    // Podman 4 leaves the address out where it means every IPv4 address
    String address = hostIp.isEmpty() ? EVERY_IPV4_ADDRESS : Json.cut(hostIp, MAX_ADDRESS);
    Ports.number(hostPort)
        .map(first -> first + offset)
        .filter(port -> port <= Ports.MAX && published.size() < MAX_KEPT)
        .map(port -> new PortMapping(port, inside.port(), inside.protocol(), address))
        .ifPresent(published::add);
  }
}
