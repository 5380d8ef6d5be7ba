package dev.koi.announce;

import dev.koi.Instance;
import dev.koi.text.Fields;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The status of the announcements. Immutable.
 *
 * @param mdns the announcer by multicast DNS
 * @param interfaces the interfaces that it announces on
 * @param hostsFile the hosts file; empty if none is written
 * @param hostsFileNames how many names are in it
 * @param hostsFileProblem why it could not be written; empty if it could
 * @param names one for each instance that asks to be announced, sorted
 */
public record AnnounceStatus(
    MdnsStatus mdns,
    List<HostInterface> interfaces,
    String hostsFile,
    int hostsFileNames,
    String hostsFileProblem,
    List<AnnouncedName> names) {

  /** Copies the lists. */
  public AnnounceStatus {
    interfaces = List.copyOf(interfaces);
    names = List.copyOf(names);
  }

  /** {@return the names of an instance; at least one if it asks to be announced, else none} */
  public List<AnnouncedName> of(Instance instance) {
    List<AnnouncedName> found =
        names.stream()
            .filter(
                name ->
                    name.key().backend().equals(instance.backend())
                        && name.key().instance().equals(instance.id()))
            .toList();
    boolean undecided = found.isEmpty() && instance.metadata().enable().orElse(false);
    return undecided ? List.of(AnnouncedName.undecided(instance)) : found;
  }

  /** {@return how many names are in each state} */
  public Map<String, Long> states() {
    return names.stream()
        .collect(Collectors.groupingBy(AnnouncedName::state, Collectors.counting()));
  }

  /** {@return the fields by wire name, in a fixed order, as values that any library can write} */
  public Map<String, Object> toMap() {
    Map<String, Object> file =
        Fields.withoutEmpty(
            "path", hostsFile, "names", hostsFileNames, "problem", hostsFileProblem);
    return Fields.of(
        "mdns", mdns.toMap(),
        "interfaces", interfaces.stream().map(AnnounceStatus::toMap).toList(),
        "hosts_file", hostsFile.isEmpty() ? null : file,
        "names", names.stream().map(AnnouncedName::toMap).toList());
  }

  private static Map<String, Object> toMap(HostInterface each) {
    return Fields.of(
        "name", each.name(),
        "addresses", each.addresses().stream().map(InetAddress::getHostAddress).toList());
  }
}
