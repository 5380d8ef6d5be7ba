package dev.koi.announce;

import dev.koi.Instance;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The host that Koi runs on: its interfaces and names, and the runtimes, some of which may be on
 * other hosts.
 *
 * @param interfaces the interfaces to announce on
 * @param hostNames its names, each one label in lower case
 * @param endpoints the addresses of the runtimes, by backend
 */
record ThisHost(
    List<HostInterface> interfaces, Set<String> hostNames, Map<String, String> endpoints) {

  ThisHost {
    interfaces = List.copyOf(interfaces);
    hostNames = Set.copyOf(hostNames);
    endpoints = Map.copyOf(endpoints);
  }

  /**
   * {@return these, without addresses that instances have} Such an address is that of the container
   * that Koi itself runs in.
   */
  ThisHost without(Collection<Instance> instances) {
    Set<InetAddress> theirs = new HashSet<>();
    for (Instance instance : instances) {
      instance.ips().forEach(ip -> Texts.address(ip).ifPresent(theirs::add));
    }
    List<HostInterface> own = new ArrayList<>();
    for (HostInterface each : interfaces) {
      List<InetAddress> addresses =
          each.addresses().stream().filter(address -> !theirs.contains(address)).toList();
      if (!addresses.isEmpty()) {
        own.add(new HostInterface(each.name(), each.index(), addresses));
      }
    }
    return new ThisHost(own, hostNames, endpoints);
  }

  /** {@return the other host on which the instance runs, or an empty text if it is this one} */
  String otherHost(Instance instance) {
    if (instance.host().isPresent()) {
      return instance.host().get();
    }
    String endpoint = endpoints.getOrDefault(instance.backend(), "");
    int start = endpoint.indexOf("://");
    if (start < 0 || endpoint.startsWith("unix:") || endpoint.startsWith("npipe:")) {
      return "";
    }
    String host = endpoint.substring(start + 3).replaceFirst("/.*", "").replaceFirst(":\\d+$", "");
    boolean here = host.equals("localhost") || Texts.isLoopback(host) || isHere(host);
    return here ? "" : host;
  }

  private boolean isHere(String host) {
    return Texts.address(host).filter(address -> isHere(address)).isPresent();
  }

  private boolean isHere(InetAddress address) {
    return interfaces.stream().anyMatch(each -> each.addresses().contains(address));
  }
}
