package dev.koi.core.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of announcements: {@code koi.announce}.
 *
 * @param enabled whether {@code koi serve} announces
 * @param mdns how names are announced by multicast DNS
 * @param interfaces the names of the interfaces to announce on; empty for Koi's choice
 * @param maxNames the most names to announce at a time, from 1
 * @param hostsFile the hosts file to write, if any
 * @param domain the domain of the names in the hosts file, in lower case
 */
public record AnnounceSettings(
    boolean enabled,
    Mdns mdns,
    List<String> interfaces,
    int maxNames,
    Optional<Path> hostsFile,
    String domain) {

  /** The ways to announce by multicast DNS. */
  public enum Mdns {
    /** By Avahi, if it runs. */
    AUTO,
    /** By Avahi. */
    AVAHI,
    /** By JmDNS in this process. */
    JMDNS,
    /** Not at all. */
    OFF
  }

  /** Copies the list; requires all. */
  public AnnounceSettings {
    requireNonNull(mdns, "mdns");
    interfaces = List.copyOf(interfaces);
    requireNonNull(hostsFile, "hostsFile");
    requireNonNull(domain, "domain");
  }
}
