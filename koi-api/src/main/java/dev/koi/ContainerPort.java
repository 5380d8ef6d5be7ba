package dev.koi;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * A port that an instance declares to listen on, whether or not anything outside reaches it.
 *
 * @param port 1 to 65535
 * @param protocol the transport protocol
 */
public record ContainerPort(int port, PortProtocol protocol) implements Comparable<ContainerPort> {

  private static final Comparator<ContainerPort> ORDER =
      Comparator.comparingInt(ContainerPort::port).thenComparing(ContainerPort::protocol);

  /**
   * Checks the port's range.
   *
   * @throws IllegalArgumentException if {@code port} is outside 1 to 65535
   */
  public ContainerPort {
    PortMapping.requirePort(port, "port");
    requireNonNull(protocol, "protocol");
  }

  @Override
  public int compareTo(ContainerPort other) {
    return ORDER.compare(this, other);
  }

  /** Returns the form people write, as in {@code "80/tcp"}. */
  @Override
  public String toString() {
    return port + "/" + protocol.wireName();
  }
}
