package dev.koi.announce;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Fields;
import java.util.Map;

/**
 * The status of the announcer by multicast DNS.
 *
 * @param kind {@code avahi}, {@code jmdns} or {@code off}
 * @param running whether it can announce
 * @param problem why it cannot, and what would help; empty if it can
 * @param hostName the host's own name on the network, without {@code .local}; empty if unknown
 * @param commits how often a name or a service was given to the network, since the start
 * @param suppressed how many of the changes were never sent, because a key rested
 * @param conflicts how often a name belonged to another host, since the start
 */
public record MdnsStatus(
    String kind,
    boolean running,
    String problem,
    String hostName,
    long commits,
    long suppressed,
    long conflicts) {

  /** Requires the texts. */
  public MdnsStatus {
    requireNonNull(kind, "kind");
    requireNonNull(problem, "problem");
    requireNonNull(hostName, "hostName");
  }

  Map<String, Object> toMap() {
    return Fields.withoutEmpty(
        "kind", kind,
        "running", running,
        "problem", problem,
        "host_name", hostName,
        "commits", commits,
        "suppressed", suppressed,
        "conflicts", conflicts);
  }
}
