package dev.koi.docker.instances;

import dev.koi.ContainerPort;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Ports as engines write them. What is no port is left out. */
final class Ports {

  private static final int MAX = 65_535;
  private static final String EVERY_IPV4_ADDRESS = "0.0.0.0";

  private Ports() {}

  /** Returns the ports that {@code "80/tcp"} or {@code "8000-8010/udp"} stands for. */
  static List<ContainerPort> range(String text, int most) {
    String[] parts = text.split("/", 2);
    String[] ends = parts[0].split("-", 2);
    int first = number(ends[0]).orElse(MAX + 1);
    int last = number(ends[ends.length - 1]).orElse(0);
    return IntStream.rangeClosed(first, last)
        .limit(Math.max(0, most))
        .mapToObj(port -> of(port, parts.length == 1 ? "" : parts[1]))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns the port that is so far behind that one. */
  static Optional<ContainerPort> of(String port, String protocol, int offset) {
    return number(port).flatMap(first -> of(first + offset, protocol));
  }

  private static Optional<ContainerPort> of(int port, String protocol) {
    Optional<PortProtocol> known =
        switch (protocol.toLowerCase(Locale.ROOT)) {
          case "", "tcp" -> Optional.of(PortProtocol.TCP);
          case "udp" -> Optional.of(PortProtocol.UDP);
          case "sctp" -> Optional.of(PortProtocol.SCTP);
          default -> Optional.empty();
        };
    return known.filter(any -> port <= MAX).map(any -> new ContainerPort(port, any));
  }

  /** Podman 4 leaves the address out where it means every IPv4 address. */
  static Optional<PortMapping> mapping(String hostIp, int hostPort, ContainerPort inside) {
    String address = hostIp.isEmpty() ? EVERY_IPV4_ADDRESS : hostIp;
    return hostPort > MAX
        ? Optional.empty()
        : Optional.of(new PortMapping(hostPort, inside.port(), inside.protocol(), address));
  }

  /** Returns the port's number; empty if it is none. */
  static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.valueOf(text)).filter(port -> port >= 1 && port <= MAX);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
