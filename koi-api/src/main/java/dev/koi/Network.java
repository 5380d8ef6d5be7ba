package dev.koi;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A network that an instance is attached to, and the addresses it has there. The natural order is
 * by name.
 *
 * @param name the network's name, as the runtime shows it
 * @param ips the instance's addresses in it, IPv4 and IPv6, sorted and without duplicates; empty if
 *     the network gives none, such as the host's
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
   * {@return a network of that name with those addresses}
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
