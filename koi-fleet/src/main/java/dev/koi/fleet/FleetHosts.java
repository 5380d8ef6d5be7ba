package dev.koi.fleet;

import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.format.PublishedHost;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The hosts that have instances: whether each is in sight, and since when it is not. Instances of a
 * host out of sight stay as they were last published. Thread-safe.
 */
final class FleetHosts {

  private static final int SHOWN = 5;

  private final Clock clock;
  private final Duration forgetAfter; // null for never
  private final TreeMap<String, Host> hosts = new TreeMap<>(); // guarded by this

  /**
   * A host.
   *
   * @param revision of the store, at which this was true
   * @param lostAt when this Koi noticed that it is out of sight; null while it is in sight
   * @param doubt why its instances may have changed, after its name; empty if there is no reason
   * @param sample the id of one of its instances; empty if none is known
   * @param forgotten whether it has been out of sight for too long
   */
  private record Host(
      long revision, Instant lostAt, String doubt, String sample, boolean forgotten) {}

  FleetHosts(Clock clock, Duration forgetAfter) {
    this.clock = clock;
    this.forgetAfter = forgetAfter;
  }

  /** Takes note of all keys of a revision, but not of a host that has changed since. */
  synchronized void scanned(long revision, FleetScan scan) {
    Map<String, String> samples = scan.samples();
    Map<String, KeyValue> keys = scan.hosts();
    hosts
        .entrySet()
        .removeIf(
            host -> host.getValue().revision() <= revision && !samples.containsKey(host.getKey()));
    samples.forEach((host, sample) -> put(host, revision, keys.get(host), sample));
  }

  /** Takes note of a host's own key, and returns whether a forgotten host is back. */
  synchronized boolean changed(String host, long revision, Optional<KeyValue> value) {
    Host before = hosts.get(host);
    put(host, revision, value.orElse(null), before == null ? "" : before.sample());
    return before != null && before.forgotten() && !hosts.get(host).forgotten();
  }

  /** Takes note of an instance of that host. */
  synchronized void found(String host, String id) {
    Host before = hosts.get(host);
    if (before == null) {
      hosts.put(host, new Host(0, null, "", id, false)); // its own key says more
    } else if (before.sample().isEmpty()) {
      hosts.put(
          host,
          new Host(before.revision(), before.lostAt(), before.doubt(), id, before.forgotten()));
    }
  }

  private void put(String name, long revision, KeyValue key, String sample) {
    Host before = hosts.get(name);
    if (before != null && before.revision() > revision) {
      return;
    }
    String doubt = key == null ? "" : doubt(key);
    boolean inSight = key != null && !doubt.startsWith("has ended");
    Instant lostAt = null;
    if (!inSight) {
      boolean already = before != null && before.lostAt() != null;
      lostAt = already ? before.lostAt() : clock.instant().truncatedTo(ChronoUnit.SECONDS);
      doubt = doubt.isEmpty() ? "is out of sight, noticed at " + lostAt : doubt;
    }
    hosts.put(name, new Host(revision, lostAt, doubt, sample, isOver(lostAt)));
  }

  private boolean isOver(Instant lostAt) {
    return forgetAfter != null
        && lostAt != null
        && !lostAt.plus(forgetAfter).isAfter(clock.instant());
  }

  private static String doubt(KeyValue key) {
    PublishedHost host;
    try {
      host = PublishedHost.parse(key.value().orElse(""));
    } catch (IllegalArgumentException e) {
      return "is published in a form that this version of Koi cannot read";
    }
    if (host.ended().isPresent()) {
      return "has ended publishing at " + host.ended().get().truncatedTo(ChronoUnit.SECONDS);
    }
    List<String> unseen = new ArrayList<>();
    for (PublishedHost.Backend backend : host.backends()) {
      if (backend.instances() > 0 && !backend.state().equals("connected")) {
        unseen.add(SafeText.of(backend.name()));
      }
    }
    return unseen.isEmpty() ? "" : "does not see its own " + some(unseen, ", ");
  }

  /** Returns the id of one of the host's instances, if one is known. */
  synchronized Optional<String> sample(String host) {
    return Optional.ofNullable(hosts.get(host)).map(Host::sample).filter(id -> !id.isEmpty());
  }

  /** Returns whether the instances of that host count as stopped. */
  synchronized boolean isForgotten(String host) {
    Host known = hosts.get(host);
    return known != null && known.forgotten();
  }

  /** Returns whether {@link #isForgotten} is true for any host. */
  synchronized boolean anyForgotten() {
    return hosts.values().stream().anyMatch(Host::forgotten);
  }

  /** Forgets hosts whose time is over, and returns whether there was one. */
  synchronized boolean forget() {
    boolean any = false;
    for (Map.Entry<String, Host> entry : hosts.entrySet()) {
      Host host = entry.getValue();
      if (!host.forgotten() && isOver(host.lostAt())) {
        entry.setValue(new Host(host.revision(), host.lostAt(), host.doubt(), host.sample(), true));
        any = true;
      }
    }
    return any;
  }

  /** Returns one sentence; empty if all hosts are in sight and see their backends. */
  synchronized String limitation() {
    List<String> doubtful = new ArrayList<>();
    hosts.forEach(
        (name, host) -> {
          if (!host.doubt().isEmpty() && !host.sample().isEmpty() && !host.forgotten()) {
            doubtful.add("host " + SafeText.of(name) + " " + host.doubt());
          }
        });
    return doubtful.isEmpty()
        ? ""
        : some(doubtful, "; ") + "; instances there may have changed since";
  }

  /** Joins the first texts, and counts the others. */
  private static String some(List<String> texts, String separator) {
    int more = texts.size() - SHOWN;
    String shown = String.join(separator, texts.subList(0, Math.min(SHOWN, texts.size())));
    return more > 0 ? shown + separator + "and " + more + " more" : shown;
  }
}
