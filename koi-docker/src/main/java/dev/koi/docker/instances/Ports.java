package dev.koi.docker.instances;

import dev.koi.ContainerPort;
import dev.koi.PortProtocol;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Ports as engines write them. What is no port is left out. */
final class Ports {

  static final int MAX = 65_535;

  private Ports() {}

  /** Returns the first of the ports that {@code "80/tcp"} or {@code "8000-8010/udp"} stands for. */
  static List<ContainerPort> range(String text, int most) {
    return range(text, most, 0);
  }

  /** Returns the ports that are so far behind those. */
  static List<ContainerPort> range(String text, int most, int offset) {
    String[] parts = text.split("/", 2);
    String[] ends = parts[0].split("-", 2);
    Optional<PortProtocol> protocol = protocol(parts.length == 1 ? "" : parts[1]);
    Optional<Integer> first = number(ends[0]);
    Optional<Integer> last = number(ends[ends.length - 1]);
    if (protocol.isEmpty() || first.isEmpty() || last.isEmpty()) {
      return List.of();
    }
    return IntStream.rangeClosed(first.get() + offset, Math.min(MAX, last.get() + offset))
        .limit(Math.max(0, most))
        .mapToObj(port -> new ContainerPort(port, protocol.get()))
        .toList();
  }

  private static Optional<PortProtocol> protocol(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "tcp" -> Optional.of(PortProtocol.TCP);
      case "udp" -> Optional.of(PortProtocol.UDP);
      case "sctp" -> Optional.of(PortProtocol.SCTP);
      default -> Optional.empty();
    };
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
