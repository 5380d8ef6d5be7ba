package dev.koi.cli;

import dev.koi.ContainerPort;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Formats ports: {@code 8080->80/tcp} is published on all addresses, {@code 80/tcp} is not
 * published; consecutive ports become a range.
 */
final class PortText {

  private static final String ALL_IPV4 = "0.0.0.0";
  private static final String ALL_IPV6 = "::";

  /** Consecutive ports; {@code host} is 0 for ports that are not published. */
  private record Range(String address, int host, int container, PortProtocol protocol, int count) {

    boolean goesOnWith(Range next) {
      return address.equals(next.address)
          && protocol == next.protocol
          && container + count == next.container
          && (host == 0 ? next.host == 0 : host + count == next.host);
    }

    @Override
    public String toString() {
      String published = host == 0 ? "" : address + span(host) + "->";
      return published + span(container) + "/" + protocol.wireName();
    }

    private String span(int first) {
      return count == 1 ? Integer.toString(first) : first + "-" + (first + count - 1);
    }
  }

  /** Puts ports that may form a range side by side. */
  private static final Comparator<Range> NEIGHBOURS =
      Comparator.comparing(Range::address)
          .thenComparing(Range::protocol)
          .thenComparing(range -> range.host() == 0 ? 0 : range.host() - range.container())
          .thenComparing(Range::container);

  private static final Comparator<Range> SHOWN =
      Comparator.comparing((Range range) -> range.host() == 0)
          .thenComparing(Range::container)
          .thenComparing(Range::protocol)
          .thenComparing(Range::address)
          .thenComparing(Range::host);

  private PortText() {}

  /** Returns a text for each port or range. */
  static List<String> of(Collection<PortMapping> published, Collection<ContainerPort> exposed) {
    // Of strings: the first hash of a record takes as long as all the rest.
    Set<String> onAllIpv4 = new HashSet<>();
    Set<String> reachable = new HashSet<>();
    for (PortMapping port : published) {
      reachable.add(port.containerPort() + port.protocol().wireName());
      if (port.hostIp().equals(ALL_IPV4)) {
        onAllIpv4.add(ports(port));
      }
    }
    List<Range> ranges = new ArrayList<>();
    for (PortMapping port : published) {
      if (!port.hostIp().equals(ALL_IPV6) || !onAllIpv4.contains(ports(port))) {
        ranges.add(
            new Range(address(port), port.hostPort(), port.containerPort(), port.protocol(), 1));
      }
    }
    for (ContainerPort port : exposed) {
      if (!reachable.contains(port.port() + port.protocol().wireName())) {
        ranges.add(new Range("", 0, port.port(), port.protocol(), 1));
      }
    }
    return merged(ranges).stream().map(Range::toString).toList();
  }

  private static String ports(PortMapping port) {
    return port.hostPort() + " " + port.containerPort() + port.protocol().wireName();
  }

  private static String address(PortMapping port) {
    String ip = port.hostIp();
    if (ip.isEmpty() || ip.equals(ALL_IPV4)) {
      return "";
    }
    return ip.indexOf(':') >= 0 ? "[" + ip + "]:" : ip + ":";
  }

  private static List<Range> merged(List<Range> ranges) {
    List<Range> merged = new ArrayList<>();
    ranges.sort(NEIGHBOURS);
    for (Range next : ranges) {
      Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && last.goesOnWith(next)) {
        merged.set(
            merged.size() - 1,
            new Range(
                last.address(), last.host(), last.container(), last.protocol(), last.count() + 1));
      } else {
        merged.add(next);
      }
    }
    merged.sort(SHOWN);
    return merged;
  }
}
