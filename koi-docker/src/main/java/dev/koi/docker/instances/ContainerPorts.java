package dev.koi.docker.instances;

import dev.koi.ContainerPort;
import dev.koi.PortMapping;
import dev.koi.docker.json.Json;
import dev.koi.text.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The ports of one container, as an engine's answer tells them. */
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
  private final List<PortMapping> ports = new ArrayList<>();
  // Sorted sets: to hash a record for the first time is slow.
  private final Set<ContainerPort> exposedPorts = new TreeSet<>();
  private final Set<ContainerPort> openPorts = new TreeSet<>(); // of its network

  ContainerPorts(Json json) {
    this.json = json;
  }

  /** Reads a key such as {@code "80/tcp"} or {@code "8000-8010/udp"}. */
  void expose(String key) {
    exposedPorts.addAll(Ports.range(key, MAX_KEPT - exposedPorts.size()));
  }

  /** Reads {@code "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}. */
  void addBindings(String key) throws IOException {
    for (ContainerPort inside : Ports.range(key, MAX_KEPT - openPorts.size())) {
      openPorts.add(inside);
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
    int last = Math.max(1, Ports.number(port.get("range"))) - 1;
    for (int i = 0; i <= last && openPorts.size() < MAX_KEPT && ports.size() < MAX_KEPT; i++) {
      for (ContainerPort inside : Ports.range(first + "/" + protocol, 1, i)) {
        openPorts.add(inside);
        publish(
            port.get("IP") + port.get("host_ip"),
            port.get("PublicPort") + port.get("host_port"),
            i,
            inside);
      }
    }
  }

  private void publish(String hostIp, String hostPort, int offset, ContainerPort inside) {
    int first = Ports.number(hostPort);
    if (first > 0 && first + offset <= Ports.MAX && ports.size() < MAX_KEPT) {
      // Podman 4 leaves the address out where it means every IPv4 address
      String address = hostIp.isEmpty() ? EVERY_IPV4_ADDRESS : Prefix.of(hostIp, MAX_ADDRESS);
      ports.add(new PortMapping(first + offset, inside.port(), inside.protocol(), address));
    }
  }

  void exposeAll(Collection<ContainerPort> more) {
    exposedPorts.addAll(more);
  }

  /** Adds published ports if there is none. */
  void addAllIfNone(Collection<PortMapping> others) {
    if (ports.isEmpty()) {
      ports.addAll(others);
    }
  }

  List<PortMapping> published() {
    return ports;
  }

  /** Returns its own exposed ports, and those that are open in the network it uses. */
  Set<ContainerPort> exposed(ContainerPorts network) {
    Set<ContainerPort> exposed = new TreeSet<>(exposedPorts);
    exposed.addAll(network.openPorts);
    return exposed;
  }
}
