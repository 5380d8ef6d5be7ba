package dev.koi.announce;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The interfaces of this host on which Koi announces. Java reports no changes of interfaces, so
 * this has to be asked again and again. Thread-safe.
 */
public final class HostInterfaces implements Supplier<List<HostInterface>> {

  /** The bridges of Docker, Podman, CNI and libvirt, and the interfaces that lead to containers. */
  private static final Pattern FOR_CONTAINERS =
      Pattern.compile("(docker|br-|veth|podman|cni|virbr).*");

  private final Set<String> chosen;
  private volatile List<HostInterface> last = List.of();

  /**
   * Chooses interfaces.
   *
   * @param chosen their names; if it is empty, all that are no loopback, no point-to-point link and
   *     not for containers
   */
  public HostInterfaces(List<String> chosen) {
    this.chosen = Set.copyOf(chosen);
  }

  /**
   * {@return those of the chosen interfaces that are up, can multicast and have an address; sorted
   * by index} If the system does not answer, those of its last answer.
   */
  @Override
  public List<HostInterface> get() {
    try {
      List<HostInterface> found = new ArrayList<>();
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (isChosen(each)) {
          List<InetAddress> addresses = addressesToAnnounce(each.inetAddresses().toList());
          if (!addresses.isEmpty()) {
            found.add(new HostInterface(each.getName(), each.getIndex(), addresses));
          }
        }
      }
      found.sort(Comparator.comparingInt(HostInterface::index));
      last = List.copyOf(found);
    } catch (SocketException e) {
      // Nothing may be withdrawn because of that.
    }
    return last;
  }

  private boolean isChosen(NetworkInterface candidate) {
    String name = candidate.getName();
    if (chosen.isEmpty() ? isForContainers(name) : !chosen.contains(name)) {
      return false;
    }
    try {
      return candidate.isUp()
          && candidate.supportsMulticast()
          && (!chosen.isEmpty() || !(candidate.isLoopback() || candidate.isPointToPoint()));
    } catch (SocketException e) {
      return false; // it has just been removed
    }
  }

  static boolean isForContainers(String name) {
    return FOR_CONTAINERS.matcher(name).matches();
  }

  /** As Avahi does for the host's own name: link-local addresses only where there are no others. */
  static List<InetAddress> addressesToAnnounce(List<InetAddress> all) {
    return all.stream()
        .filter(
            address ->
                !address.isLinkLocalAddress()
                    || all.stream()
                        .noneMatch(
                            other ->
                                other.getClass().equals(address.getClass())
                                    && !other.isLinkLocalAddress()))
        .map(HostInterfaces::withoutScope)
        .distinct()
        .toList();
  }

  /** Java writes the interface into an address of IPv6, which Avahi would not read. */
  private static InetAddress withoutScope(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // its length is right
    }
  }
}
