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
 * Ports as people write them: {@code 8080->80/tcp} for one that is published on all addresses,
 * neighbours as a range, {@code 80/tcp} for one that is not published.
 */
final class PortText {

  private static final String ALL_IPV4 = "0.0.0.0";
  private static final String ALL_IPV6 = "::";

  /** Ports that lie side by side; {@code host} is 0 for those that are not published. */
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

  /** Those that may go on with each other side by side. */
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

  /** Returns one text for each port or range. */
  static List<String> of(Collection<PortMapping> published, Collection<ContainerPort> exposed) {
    Set<PortMapping> all = new HashSet<>(published);
    Set<ContainerPort> reachable = new HashSet<>();
    List<Range> ranges = new ArrayList<>();
    for (PortMapping port : published) {
      reachable.add(new ContainerPort(port.containerPort(), port.protocol()));
      boolean second = port.hostIp().equals(ALL_IPV6) && all.contains(on(ALL_IPV4, port));
      if (!second) {
        ranges.add(
            new Range(address(port), port.hostPort(), port.containerPort(), port.protocol(), 1));
      }
    }
    for (ContainerPort port : exposed) {
      if (!reachable.contains(port)) {
        ranges.add(new Range("", 0, port.port(), port.protocol(), 1));
      }
    }
    return merged(ranges).stream().map(Range::toString).toList();
  }

  private static PortMapping on(String address, PortMapping port) {
    return new PortMapping(port.hostPort(), port.containerPort(), port.protocol(), address);
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
