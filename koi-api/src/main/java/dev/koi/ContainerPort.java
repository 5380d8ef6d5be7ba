package dev.koi;

import static java.util.Objects.requireNonNull;

/**
 * A port that an instance exposes. It may be published on the host or not.
 *
 * @param port 1 to 65535
 * @param protocol the transport protocol
 */
public record ContainerPort(int port, PortProtocol protocol) implements Comparable<ContainerPort> {

  /**
   * Checks the port's range.
   *
   * @param port 1 to 65535
   * @param protocol not null
   * @throws IllegalArgumentException if {@code port} is outside 1 to 65535
   */
  public ContainerPort {
    PortMapping.requirePort(port, "port");
    requireNonNull(protocol, "protocol");
  }

  @Override
  public int compareTo(ContainerPort other) {
    int order = Integer.compare(port, other.port);
    return order == 0 ? protocol.compareTo(other.protocol) : order;
  }

  /** {@return the port as Docker writes it, as in {@code "80/tcp"}} */
  @Override
  public String toString() {
    return port + "/" + protocol.wireName();
  }
}
