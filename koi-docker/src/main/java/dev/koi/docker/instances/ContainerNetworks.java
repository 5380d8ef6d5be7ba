package dev.koi.docker.instances;

import dev.koi.Network;
import dev.koi.docker.json.Json;
import dev.koi.text.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** The networks of one container, as an engine's answer tells them. */
final class ContainerNetworks {

  private static final int MAX_KEPT = 2048;
  private static final int MAX_TEXT = 600; // characters of a name or an address
  private static final String HOST = "host";
  private static final Set<String> ADDRESS_FIELDS = Set.of("IPAddress", "GlobalIPv6Address");

  private final Json json;
  private final IntPredicate room;
  private final Map<String, Network> networks = new HashMap<>();

  /** {@code room} takes so many characters, and tells whether they may be kept. */
  ContainerNetworks(Json json, IntPredicate room) {
    this.json = json;
    this.room = room;
  }

  /** Reads the network of that name, on which the reader stands. */
  void add(String name) throws IOException {
    List<String> addresses = new ArrayList<>();
    for (String address : json.texts(ADDRESS_FIELDS).values()) {
      if (!address.isEmpty()) {
        addresses.add(Prefix.of(address, MAX_TEXT));
      }
    }
    add(Prefix.of(name, MAX_TEXT), addresses);
  }

  /** Reads a name alone. */
  void addName() throws IOException {
    add(json.text(MAX_TEXT), List.of());
  }

  private void add(String name, List<String> addresses) {
    int length = name.length();
    for (String address : addresses) {
      length += address.length();
    }
    if (networks.size() < MAX_KEPT && room.test(length)) {
      networks.put(name, Network.of(name, addresses));
    }
  }

  /** Adds the addresses that the last inspection has shown. */
  void addAddresses(Collection<Network> last) {
    for (Network network : last) {
      boolean named = network.name().equals(HOST) || networks.containsKey(network.name());
      if (named && networks.getOrDefault(network.name(), network).ips().isEmpty()) {
        networks.put(network.name(), network);
      }
    }
  }

  void addMissing(Collection<Network> others) {
    others.forEach(network -> networks.putIfAbsent(network.name(), network));
  }

  boolean isEmpty() {
    return networks.isEmpty();
  }

  /**
   * Returns the networks of a container in that network mode. In the host's network it has "host"
   * without an address, which Podman 4 does not show; "none", which Docker shows, is none.
   */
  Collection<Network> attached(String mode) {
    Map<String, Network> attached = new HashMap<>(networks);
    if (mode.equals(HOST)) {
      attached.put(HOST, Network.of(HOST, List.of()));
    }
    attached.remove("none");
    return attached.values();
  }
}
