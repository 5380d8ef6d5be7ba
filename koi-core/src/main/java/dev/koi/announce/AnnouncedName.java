package dev.koi.announce;

import static java.util.Objects.requireNonNull;

import dev.koi.Instance;
import dev.koi.announce.Announcement.Service;
import dev.koi.text.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The announcement of an instance, for people: its state, its names and its services.
 *
 * @param key the instance
 * @param state one of {@link #STATES}
 * @param hostName the name on the network, such as "grafana.local"; empty if it has none
 * @param instanceName the DNS-SD instance name; empty if it has none
 * @param services the services under that name
 * @param since when it was announced under these names; empty if it is not
 * @param text the reason for the state, one sentence without a full stop; may be empty
 * @param domainName the name in the hosts file; empty if it has none
 * @param health what its health check has shown last; empty without a check
 * @param remarks which ports and addresses are left out and why, one sentence each
 */
public record AnnouncedName(
    Announcement.Key key,
    String state,
    String hostName,
    String instanceName,
    List<Service> services,
    Optional<Instant> since,
    String text,
    String domainName,
    String health,
    List<String> remarks) {

  /** All states. */
  public static final List<String> STATES =
      List.of("announced", "probing", "conflict", "resting", "failed", "withheld");

  /** Copies the lists; requires all. */
  public AnnouncedName {
    requireNonNull(key, "key");
    requireNonNull(state, "state");
    requireNonNull(hostName, "hostName");
    requireNonNull(instanceName, "instanceName");
    services = List.copyOf(services);
    requireNonNull(since, "since");
    requireNonNull(text, "text");
    requireNonNull(domainName, "domainName");
    requireNonNull(health, "health");
    remarks = List.copyOf(remarks);
  }

  /** For an instance that was found a moment ago. */
  static AnnouncedName undecided(Instance instance) {
    Announcement.Key key = new Announcement.Key(instance.backend(), instance.id(), false);
    return of(Decision.withheld(key, "it was found just now", List.of()), null, "", "");
  }

  static AnnouncedName of(
      Decision decision, AnnouncementState state, String domainName, String health) {
    Optional<Announcement> wanted = decision.announcement();
    String word = "withheld";
    String label = "";
    String instanceName = "";
    Optional<Instant> since = Optional.empty();
    String text = decision.reason();
    if (state instanceof AnnouncementState.Announced announced) {
      word = "announced";
      label = announced.hostLabel();
      instanceName = announced.instanceName();
      since = Optional.of(announced.since());
      String first = wanted.map(Announcement::hostLabel).orElse(label);
      text = label.equals(first) ? "" : first + ".local belongs to another host";
    } else if (state instanceof AnnouncementState.Probing probing) {
      word = "probing";
      label = probing.hostLabel();
      text = "the network is being asked whether the name is free";
    } else if (state instanceof AnnouncementState.Conflict conflict) {
      word = "conflict";
      text = "the name " + conflict.name() + " is taken, and another one will be tried";
    } else if (state instanceof AnnouncementState.Resting resting) {
      word = "resting";
      text = resting.reason() + "; the next attempt is at " + resting.until();
    } else if (state instanceof AnnouncementState.Failed failed) {
      word = "failed";
      text = failed.error();
    } else if (state instanceof AnnouncementState.Withheld withheld) {
      text = withheld.reason();
    }
    return new AnnouncedName(
        decision.key(),
        word,
        label.isEmpty() ? "" : label + ".local",
        instanceName,
        word.equals("announced") ? wanted.map(Announcement::services).orElse(List.of()) : List.of(),
        since,
        text,
        domainName,
        health,
        decision.remarks());
  }

  /** {@return the fields by wire name, in a fixed order, without those that are empty} */
  public Map<String, Object> toMap() {
    return Fields.withoutEmpty(
        "backend", key.backend(),
        "id", key.instance(),
        "state", state,
        "host_name", hostName,
        "instance_name", instanceName,
        "services", services.stream().map(AnnouncedName::toMap).toList(),
        "since", since.map(Instant::toString).orElse(""),
        "text", text,
        "domain_name", domainName,
        "health", health,
        "remarks", remarks);
  }

  private static Map<String, Object> toMap(Service service) {
    return Fields.of("type", service.type(), "port", service.port());
  }
}
