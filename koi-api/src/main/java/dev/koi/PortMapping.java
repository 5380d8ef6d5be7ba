package dev.koi;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;

/**
 * A port of an instance that is published on an address of the host.
 *
 * <p>A port that is published on IPv4 and on IPv6 has two mappings, because the host ports may
 * differ. The natural order is by container port, protocol, host port, host address.
 *
 * @param hostPort 1 to 65535
 * @param containerPort 1 to 65535
 * @param protocol the transport protocol
 * @param hostIp the address of the host, as the runtime writes it; {@code "0.0.0.0"} and {@code
 *     "::"} mean every address of that family
 */
public record PortMapping(int hostPort, int containerPort, PortProtocol protocol, String hostIp)
    implements Comparable<PortMapping> {

  /**
   * Checks the ports' ranges.
   *
   * @param hostPort 1 to 65535
   * @param containerPort 1 to 65535
   * @param protocol not null
   * @param hostIp not null
   * @throws IllegalArgumentException if a port is outside 1 to 65535
   */
  public PortMapping {
    requirePort(hostPort, "host_port");
    requirePort(containerPort, "container_port");
    requireNonNull(protocol, "protocol");
    requireNonNull(hostIp, "hostIp");
  }

  static void requirePort(int port, String what) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(what + " must be in 1..65535 but was " + port);
    }
  }

  @Override
  public int compareTo(PortMapping other) {
    int order = Integer.compare(containerPort, other.containerPort);
    if (order == 0) {
      order = protocol.compareTo(other.protocol);
    }
    if (order == 0) {
      order = Integer.compare(hostPort, other.hostPort);
    }
    return order == 0 ? hostIp.compareTo(other.hostIp) : order;
  }

  /** {@return the mapping in the form in which it is published: its fields by wire name} */
  @JsonValue
  public Map<String, Object> toMap() {
    return WireForm.fields(
        "host_port", hostPort,
        "container_port", containerPort,
        "protocol", protocol,
        "host_ip", hostIp);
  }

  /** {@return the mapping as Docker writes it, as in {@code "0.0.0.0:8080->80/tcp"}} */
  @Override
  public String toString() {
    String host = hostIp.indexOf(':') >= 0 ? "[" + hostIp + "]" : hostIp;
    return host + ":" + hostPort + "->" + containerPort + "/" + protocol.wireName();
  }
}
