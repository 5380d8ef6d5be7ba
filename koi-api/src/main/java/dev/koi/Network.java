package dev.koi;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A network that an instance is connected to, with the addresses of the instance. The natural order
 * is by name, then by addresses.
 *
 * @param name the network's name, as the runtime shows it
 * @param ips the instance's IPv4 and IPv6 addresses in the network, sorted, without duplicates;
 *     empty if it has none, as in the host's network
 */
public record Network(String name, List<String> ips) implements Comparable<Network> {

  /**
   * Sorts and copies the addresses.
   *
   * @param name not null
   * @param ips in any order
   */
  public Network {
    requireNonNull(name, "name");
    ips = List.copyOf(new TreeSet<>(ips));
  }

  /**
   * {@return a network}
   *
   * @param name not null
   * @param ips in any order
   */
  public static Network of(String name, Collection<String> ips) {
    return new Network(name, List.copyOf(ips));
  }

  @Override
  public int compareTo(Network other) {
    int order = name.compareTo(other.name);
    for (int i = 0; order == 0 && i < Math.min(ips.size(), other.ips.size()); i++) {
      order = ips.get(i).compareTo(other.ips.get(i));
    }
    return order == 0 ? Integer.compare(ips.size(), other.ips.size()) : order;
  }
}
