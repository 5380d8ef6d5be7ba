package dev.koi.announce;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What to announce for one instance: a host name with its addresses, and the services under one
 * DNS-SD instance name that are reached by that host name. Immutable.
 *
 * @param key the instance; one key has one announcement at a time
 * @param hostLabel the host name without {@code .local}: one label of RFC 1123 in lower case
 * @param instanceName the DNS-SD instance name: 1 to 63 octets of UTF-8
 * @param services at least one, sorted by type; each type once
 * @param txt the pairs of the TXT record of every service, sorted by key
 * @param addresses the addresses of the host name, sorted; 1 to 32
 */
public record Announcement(
    Key key,
    String hostLabel,
    String instanceName,
    List<Service> services,
    SortedMap<String, String> txt,
    List<Address> addresses) {

  /** The most addresses: an entry group of Avahi has no room for more. */
  static final int MAX_ADDRESSES = 32;

  /**
   * Copies and sorts the collections.
   *
   * @throws IllegalArgumentException if there is no service, no address or more than 32 of them, or
   *     one type twice
   */
  public Announcement {
    requireNonNull(key, "key");
    requireNonNull(hostLabel, "hostLabel");
    requireNonNull(instanceName, "instanceName");
    services = services.stream().sorted(Comparator.comparing(Service::type)).toList();
    txt = Collections.unmodifiableSortedMap(new TreeMap<>(txt));
    addresses = List.copyOf(new TreeSet<>(addresses));
    if (services.isEmpty() || addresses.isEmpty()) {
      throw new IllegalArgumentException(key + " has no service or no address");
    }
    if (addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException(key + " has " + addresses.size() + " addresses");
    }
    if (services.stream().map(Service::type).distinct().count() < services.size()) {
      throw new IllegalArgumentException(key + " has a service type twice: " + services);
    }
  }

  /** {@return a copy with other names} */
  public Announcement named(String otherLabel, String otherInstanceName) {
    return new Announcement(key, otherLabel, otherInstanceName, services, txt, addresses);
  }

  /**
   * The subject of an announcement. It stays while names, ports, texts and addresses change.
   *
   * @param backend the name of the backend's entry
   * @param instance the id of the instance
   * @param ipv6 whether it is the second announcement of an instance whose ports on IPv6 differ
   *     from those on IPv4
   */
  public record Key(String backend, String instance, boolean ipv6) implements Comparable<Key> {

    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::backend).thenComparing(Key::instance).thenComparing(Key::ipv6);

    /** Requires both names. */
    public Key {
      requireNonNull(backend, "backend");
      requireNonNull(instance, "instance");
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A service.
   *
   * @param type its DNS-SD type, such as {@code _http._tcp}
   * @param port its port on the host, 1 to 65535
   */
  public record Service(String type, int port) {

    /** Requires a type. */
    public Service {
      requireNonNull(type, "type");
    }
  }

  /**
   * An address on the interface that announces it.
   *
   * @param interfaceIndex the index that the operating system gives to the interface
   * @param address an address of the interface
   */
  public record Address(int interfaceIndex, InetAddress address) implements Comparable<Address> {

    private static final Comparator<Address> ORDER =
        Comparator.comparingInt(Address::interfaceIndex)
            .thenComparing(a -> a.address().getAddress().length)
            .thenComparing(a -> a.address().getAddress(), Arrays::compareUnsigned);

    /** Requires an address. */
    public Address {
      requireNonNull(address, "address");
    }

    @Override
    public int compareTo(Address other) {
      return ORDER.compare(this, other);
    }
  }
}
