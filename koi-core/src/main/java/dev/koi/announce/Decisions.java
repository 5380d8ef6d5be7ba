package dev.koi.announce;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.KoiMetadata;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.NameBook.Applicant;
import dev.koi.announce.NameBook.Names;
import dev.koi.announce.Reach.Offer;
import dev.koi.announce.health.HealthTarget;
import dev.koi.core.settings.AnnounceSettings;
import dev.koi.text.DnsLabel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Decides what to announce. A pure function of the instances, the settings, the host and the
 * results of health checks, but for the names, which the {@link NameBook} remembers.
 */
final class Decisions {

  /** Names by which other programs find what is no container. */
  private static final Set<String> RESERVED = Set.of("localhost", "local", "wpad", "isatap");

  private static final String OWN_LABEL = "; choose another name by the label koi.dns.name";
  private static final int MAX_NAME = 253;

  private final AnnounceSettings settings;
  private final ThisHost thisHost;
  private final Function<Instance, String> gate;
  private final Set<String> taken = new HashSet<>(RESERVED);
  private final Map<Announcement.Key, Decision> decisions = new TreeMap<>();
  private final Map<Announcement.Key, Candidate> candidates = new HashMap<>();
  private int names;

  /** An instance that gets a name; {@code offer} is null while nothing of it is reached. */
  private record Candidate(Instance instance, Reach reach, Offer offer) {}

  private Decisions(AnnounceSettings settings, ThisHost thisHost, Function<Instance, String> gate) {
    this.settings = settings;
    this.thisHost = thisHost;
    this.gate = gate;
    this.taken.addAll(thisHost.hostNames());
  }

  /**
   * Returns a decision for each instance that asks to be announced, sorted by key.
   *
   * @param instances all instances
   * @param gate why its health check forbids to announce an instance; an empty text if it does not
   * @param book the names that were given until now
   */
  static List<Decision> of(
      Collection<Instance> instances,
      AnnounceSettings settings,
      ThisHost thisHost,
      Function<Instance, String> gate,
      NameBook book) {
    Decisions decisions = new Decisions(settings, thisHost.without(instances), gate);
    List<Applicant> applicants = new ArrayList<>();
    for (Instance instance : instances) {
      if (instance.metadata().enable().orElse(false)) {
        decisions.consider(instance, applicants);
      }
    }
    book.assign(applicants, decisions.taken).forEach(decisions::decide);
    return List.copyOf(decisions.decisions.values());
  }

  /** Adds an applicant for each name that the instance needs, or decides against it. */
  private void consider(Instance instance, List<Applicant> applicants) {
    Announcement.Key key = new Announcement.Key(instance.backend(), instance.id(), false);
    Names wanted = wanted(instance);
    String label = wanted.dnsName().replaceFirst("\\..*", "");
    String otherHost = thisHost.otherHost(instance);
    String never = "";
    if (!otherHost.isEmpty()) {
      never = "it runs on " + otherHost + "; run 'koi serve --announce' there";
    } else if (!Reach.publishes(instance)) {
      never = "it publishes no TCP or UDP port for other hosts; publish one, as in -p 8080:80";
    } else if (label.isEmpty()) {
      never = "its name has no letter or digit for a DNS name" + OWN_LABEL;
    } else if (thisHost.hostNames().contains(label)) {
      never = label + " is the name of this host" + OWN_LABEL;
    } else if (RESERVED.contains(label)) {
      never = label + " is a name that other programs look for" + OWN_LABEL;
    }
    if (!never.isEmpty()) {
      decisions.put(key, Decision.withheld(key, never, List.of()));
      return;
    }
    Reach reach = Reach.of(instance, thisHost.interfaces());
    for (int i = 0; i < Math.max(1, reach.offers().size()); i++) {
      Announcement.Key each = new Announcement.Key(key.backend(), key.instance(), i > 0);
      applicants.add(new Applicant(each, instance, wanted));
      Offer offer = reach.offers().isEmpty() ? null : reach.offers().get(i);
      candidates.put(each, new Candidate(instance, reach, offer));
    }
  }

  private Names wanted(Instance instance) {
    KoiMetadata metadata = instance.metadata();
    String name = metadata.name().orElse(instance.name());
    String ending = "." + settings.domain();
    String dnsName = metadata.dnsName().orElseGet(() -> DnsLabel.like(name));
    if (dnsName.endsWith(".local")) {
      dnsName = dnsName.substring(0, dnsName.length() - ".local".length());
    } else if (dnsName.endsWith(ending)) {
      dnsName = dnsName.substring(0, dnsName.length() - ending.length());
    }
    return new Names(dnsName, Texts.instanceName(name));
  }

  private void decide(Announcement.Key key, Names given) {
    Instance instance = candidates.get(key).instance();
    Reach reach = candidates.get(key).reach();
    String reason = hindrance(instance, reach);
    if (reason.isEmpty() && names == settings.maxNames()) {
      reason = settings.maxNames() + " names are announced already; see koi.announce.max-names";
    }
    if (!reason.isEmpty()) {
      decisions.put(key, Decision.withheld(key, reason, reach.remarks()));
      return;
    }
    names++;
    Offer offer = candidates.get(key).offer();
    List<String> remarks = new ArrayList<>(reach.remarks());
    String domainName = given.dnsName() + "." + settings.domain();
    if (domainName.length() > MAX_NAME) {
      remarks.add(domainName + " has more than 253 characters, so the hosts file does not have it");
      domainName = "";
    }
    Optional<Announcement> announcement = Optional.empty();
    if (given.dnsName().contains(".")) {
      reason =
          given.dnsName() + ".local would have several labels, which most clients do not look for";
    } else {
      announcement =
          Optional.of(
              new Announcement(
                  key,
                  given.dnsName(),
                  given.instanceName(),
                  offer.services(),
                  instance.metadata().txt(),
                  fitting(offer.addresses(), remarks)));
    }
    List<InetAddress> addresses =
        offer.addresses().stream()
            .map(Address::address)
            .filter(address -> !address.isLinkLocalAddress()) // useless without an interface
            .distinct()
            .toList();
    if (addresses.isEmpty()) {
      domainName = "";
    }
    decisions.put(key, new Decision(key, announcement, domainName, addresses, reason, remarks));
  }

  private static List<Address> fitting(List<Address> addresses, List<String> remarks) {
    int surplus = addresses.size() - Announcement.MAX_ADDRESSES;
    if (surplus <= 0) {
      return addresses;
    }
    remarks.add(
        surplus
            + " of its "
            + addresses.size()
            + " addresses are not announced, because one name has at most "
            + Announcement.MAX_ADDRESSES
            + "; see koi.announce.interfaces");
    return addresses.subList(0, Announcement.MAX_ADDRESSES);
  }

  /** Returns why it is not announced at present; empty if it is. The names stay reserved. */
  private String hindrance(Instance instance, Reach reach) {
    if (instance.state() != InstanceState.RUNNING) {
      return "it is " + instance.state().wireName();
    } else if (!reach.problem().isEmpty()) {
      return reach.problem();
    } else if (HealthTarget.wanted(instance)) {
      return gate.apply(instance); // the label takes precedence over the runtime's own check
    } else if (instance.health() == Health.UNHEALTHY) {
      return "its runtime says that it is unhealthy";
    } else if (instance.health() == Health.STARTING) {
      return "its runtime's health check has no result yet";
    }
    return "";
  }
}
