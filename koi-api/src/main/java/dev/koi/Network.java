package dev.koi;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Comparator;
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

  private static final Comparator<Network> ORDER =
      Comparator.comparing(Network::name).thenComparing(network -> network.ips.toString());

  /** Sorts and copies the addresses. */
  public Network {
    requireNonNull(name, "name");
    ips = List.copyOf(new TreeSet<>(ips));
  }

  /** Returns a network of that name with those addresses. */
  public static Network of(String name, Collection<String> ips) {
    return new Network(name, List.copyOf(ips));
  }

  @Override
  public int compareTo(Network other) {
    return ORDER.compare(this, other);
  }
}
