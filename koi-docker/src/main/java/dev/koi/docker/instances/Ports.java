package dev.koi.docker.instances;

import dev.koi.ContainerPort;
import dev.koi.PortProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    int first = number(ends[0]);
    int last = number(ends[ends.length - 1]);
    List<ContainerPort> ports = new ArrayList<>();
    if (protocol.isPresent() && first > 0 && last > 0) {
      int end = Math.min(MAX, last + offset);
      for (int port = first + offset; port <= end && ports.size() < most; port++) {
        ports.add(new ContainerPort(port, protocol.get()));
      }
    }
    return ports;
  }

  private static Optional<PortProtocol> protocol(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "tcp" -> Optional.of(PortProtocol.TCP);
      case "udp" -> Optional.of(PortProtocol.UDP);
      case "sctp" -> Optional.of(PortProtocol.SCTP);
      default -> Optional.empty();
    };
  }

  /** Returns the port's number; 0 if it is none. */
  static int number(String text) {
    try {
      int port = Integer.parseInt(text);
      return port >= 1 && port <= MAX ? port : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
