package dev.koi.announce;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Whether and how to announce an instance that asks for it.
 *
 * @param key the instance
 * @param announcement what to announce by multicast DNS, if anything
 * @param domainName the name in the hosts file; empty if it gets none
 * @param addresses the addresses of that name
 * @param reason why there is no announcement, to be read after "because"; else empty
 * @param remarks which ports and addresses are left out and why, one sentence each
 */
record Decision(
    Announcement.Key key,
    Optional<Announcement> announcement,
    String domainName,
    List<InetAddress> addresses,
    String reason,
    List<String> remarks) {

  Decision {
    requireNonNull(key, "key");
    requireNonNull(announcement, "announcement");
    requireNonNull(domainName, "domainName");
    addresses = List.copyOf(addresses);
    requireNonNull(reason, "reason");
    remarks = List.copyOf(remarks);
  }

  static Decision withheld(Announcement.Key key, String reason, List<String> remarks) {
    return new Decision(key, Optional.empty(), "", List.of(), reason, remarks);
  }
}
