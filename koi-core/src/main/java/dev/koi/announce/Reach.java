package dev.koi.announce;

import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.ServiceTypes;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.Announcement.Service;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * On which addresses and ports of this host the services of an instance are reached. A pure
 * function of its published ports and of the interfaces.
 *
 * <p>A host name has one set of addresses, so all its services have to be reached on each of them.
 * The first service decides on the addresses.
 *
 * @param offers nothing, or what one host name offers; and, if the ports on IPv6 differ from those
 *     on IPv4, what a second one does, which is for IPv6 only
 * @param problem why nothing is offered; else empty
 * @param remarks why some ports are not offered, one sentence each
 */
record Reach(List<Offer> offers, String problem, List<String> remarks) {

  /** An entry group of Avahi has at most 32 entries. */
  private static final int MAX_SERVICES = 16;

  /** The services of one host name. */
  record Offer(List<Service> services, List<Address> addresses) {}

  /** {@return whether a port of the instance could ever be reached by other hosts} */
  static boolean publishes(Instance instance) {
    return instance.ports().stream().anyMatch(Reach::isPublic);
  }

  private static boolean isPublic(PortMapping mapping) {
    return mapping.protocol() != PortProtocol.SCTP && !Texts.isLoopback(mapping.hostIp());
  }

  static Reach of(Instance instance, List<HostInterface> interfaces) {
    List<String> remarks = new ArrayList<>();
    Map<String, SortedMap<Address, Integer>> places = places(instance, interfaces, remarks);
    Optional<SortedMap<Address, Integer>> first =
        places.values().stream().filter(place -> !place.isEmpty()).findFirst();
    if (first.isEmpty()) {
      return new Reach(List.of(), unreachable(instance, interfaces), remarks);
    }
    List<Offer> offers = new ArrayList<>();
    SortedMap<Address, Integer> place = first.get();
    SortedSet<Address> ipv4 = new TreeSet<>(place.keySet());
    ipv4.removeIf(address -> !(address.address() instanceof Inet4Address));
    SortedSet<Address> main = new TreeSet<>(place.keySet());
    main.removeIf(otherPort(place, ipv4.isEmpty() ? place.firstKey() : ipv4.first()));
    offers.add(offer(main, places, remarks));
    SortedSet<Address> rest = new TreeSet<>(place.keySet());
    rest.removeAll(main);
    rest.removeAll(ipv4);
    if (!rest.isEmpty()) {
      rest.removeIf(otherPort(place, rest.first()));
      offers.add(offer(rest, places, new ArrayList<>()));
    }
    return new Reach(List.copyOf(offers), "", List.copyOf(remarks));
  }

  /** {@return whether to drop an address, because its port is another than that of the model} */
  private static Predicate<Address> otherPort(SortedMap<Address, Integer> place, Address model) {
    int port = place.get(model);
    return address -> place.get(address) != port;
  }

  /** The host port on each address, by service type; a type is that of its lowest port. */
  private static Map<String, SortedMap<Address, Integer>> places(
      Instance instance, List<HostInterface> interfaces, List<String> remarks) {
    Map<String, SortedMap<Address, Integer>> places = new LinkedHashMap<>();
    Map<String, PortMapping> lowest = new LinkedHashMap<>();
    for (PortMapping mapping : instance.ports()) { // sorted
      if (!isPublic(mapping)) {
        remarks.add(
            remark(
                port(mapping),
                mapping.protocol() == PortProtocol.SCTP
                    ? "DNS-SD has no service types for SCTP"
                    : "it is published on " + mapping.hostIp() + ", for this host only"));
        continue;
      }
      String type =
          ServiceTypes.of(mapping.containerPort(), mapping.protocol(), instance.metadata());
      PortMapping known = lowest.putIfAbsent(type, mapping);
      if (known != null && known.containerPort() != mapping.containerPort()) {
        remarks.add(remark(port(mapping), port(known) + " is the " + type + " of this name"));
        continue;
      }
      SortedMap<Address, Integer> place = places.computeIfAbsent(type, t -> new TreeMap<>());
      addresses(mapping.hostIp(), interfaces)
          .forEach(address -> place.putIfAbsent(address, mapping.hostPort()));
    }
    return places;
  }

  private static String remark(String what, String why) {
    return what + " is not announced, because " + why;
  }

  private static String port(PortMapping mapping) {
    return "port " + mapping.containerPort() + "/" + mapping.protocol().wireName();
  }

  /** The addresses of the interfaces on which a port is open that is published on hostIp. */
  private static Stream<Address> addresses(String hostIp, List<HostInterface> interfaces) {
    Optional<InetAddress> published = Texts.address(hostIp);
    return interfaces.stream()
        .flatMap(
            each -> each.addresses().stream().map(address -> new Address(each.index(), address)))
        .filter(
            address ->
                hostIp.isEmpty() // a runtime without this detail
                    || published.filter(ip -> includes(ip, address.address())).isPresent());
  }

  private static boolean includes(InetAddress published, InetAddress address) {
    return published.isAnyLocalAddress()
        ? published.getClass().equals(address.getClass())
        : published.equals(address);
  }

  private static Offer offer(
      SortedSet<Address> addresses,
      Map<String, SortedMap<Address, Integer>> places,
      List<String> remarks) {
    List<Service> services = new ArrayList<>();
    places.forEach(
        (type, place) -> {
          boolean everywhere = place.keySet().containsAll(addresses);
          int port = place.getOrDefault(addresses.first(), 0);
          if (!everywhere || addresses.stream().anyMatch(a -> place.get(a) != port)) {
            remarks.add(remark(type, "its port is not the same on each address of the name"));
          } else if (services.size() == MAX_SERVICES) {
            remarks.add(remark(type, "one name has at most " + MAX_SERVICES + " services"));
          } else {
            services.add(new Service(type, port));
          }
        });
    return new Offer(List.copyOf(services), List.copyOf(addresses));
  }

  private static String unreachable(Instance instance, List<HostInterface> interfaces) {
    if (interfaces.isEmpty()) {
      return "there is no interface of this host to announce on; see koi.announce.interfaces, and"
          + " run a Koi that is in a container with --network host";
    }
    List<String> ips =
        instance.ports().stream()
            .filter(Reach::isPublic)
            .map(PortMapping::hostIp)
            .distinct()
            .toList();
    return "its ports are published on "
        + String.join(", ", ips)
        + ", which is no address of "
        + String.join(", ", interfaces.stream().map(HostInterface::name).toList())
        + "; see koi.announce.interfaces";
  }
}
