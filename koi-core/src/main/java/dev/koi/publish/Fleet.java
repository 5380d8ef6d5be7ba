package dev.koi.publish;

import dev.koi.core.settings.FleetSettings;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyRange;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.etcd.Transaction.Property;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.PublishedHost;
import dev.koi.publish.FleetHost.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The hosts of a fleet, as its operator sees them. For one thread. */
public final class Fleet implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final EtcdClient etcd;
  private final FleetKeys keys;

  private Fleet(EtcdClient etcd, FleetKeys keys) {
    this.etcd = etcd;
    this.keys = keys;
  }

  /**
   * Makes one; it connects with the first call.
   *
   * @throws IllegalArgumentException if the settings cannot be used
   * @throws IOException if the certificates cannot be used
   */
  public static Fleet open(FleetSettings settings) throws IOException {
    return new Fleet(FleetClient.open(settings, DEADLINE), new FleetKeys(settings.prefix()));
  }

  /** Returns where the fleet is: the addresses of etcd's servers, and the prefix of the keys. */
  public String place() {
    return etcd.place() + keys.prefix();
  }

  /** Returns the hosts that publish or have instances, sorted by name. */
  public List<FleetHost> hosts() throws IOException, InterruptedException {
    Map<String, Integer> instances = new TreeMap<>();
    etcd.scanKeys(
        keys.instances(),
        value ->
            keys.fleetIdOf(value.key())
                .flatMap(FleetKeys::parts)
                .ifPresent(parts -> instances.merge(parts.host(), 1, Integer::sum)));
    Map<String, KeyValue> publishers = new TreeMap<>();
    etcd.scan(
        keys.hosts(),
        value -> keys.hostOf(value.key()).ifPresent(host -> publishers.put(host, value)));
    TreeSet<String> names = new TreeSet<>(instances.keySet());
    names.addAll(publishers.keySet());
    List<FleetHost> hosts = new ArrayList<>();
    for (String name : names) {
      hosts.add(host(name, instances.getOrDefault(name, 0), publishers.get(name)));
    }
    return hosts;
  }

  /** {@code key} is null if the host has none. */
  private static FleetHost host(String name, int instances, KeyValue key) {
    State state =
        key == null ? State.OUT_OF_SIGHT : key.lease() == 0 ? State.ENDED : State.PUBLISHED;
    Optional<PublishedHost> known = Optional.ofNullable(key).flatMap(Fleet::readable);
    Map<String, String> backends = new LinkedHashMap<>();
    known.ifPresent(
        host -> host.backends().forEach(each -> backends.put(each.name(), each.state())));
    return new FleetHost(
        name,
        state,
        known.map(host -> host.ended().orElse(host.since())),
        instances,
        known.map(PublishedHost::machine).orElse(""),
        known.map(PublishedHost::pid).orElse(0L),
        backends);
  }

  private static Optional<PublishedHost> readable(KeyValue value) {
    try {
      return value.value().map(PublishedHost::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // of another version, or of a stranger
    }
  }

  /**
   * Deletes a host that does not publish any more, and its instances. To readers, these have
   * stopped.
   *
   * @return how many instances it had; empty if there is no such host
   * @throws IllegalArgumentException if it publishes, or if no host can have that name
   */
  public Optional<Integer> forget(String host) throws IOException, InterruptedException {
    KeyRange range = keys.instances(host);
    int[] instances = {0};
    etcd.scanKeys(range, value -> instances[0]++);
    if (instances[0] == 0 && etcd.get(keys.host(host)).isEmpty()) {
      return Optional.empty();
    }
    Transaction.Outcome outcome =
        etcd.commit(
            Transaction.begin()
                .when(keys.host(host), Property.LEASE, 0) // also if the key does not exist
                .delete(range)
                .delete(KeyRange.of(keys.host(host))));
    if (!outcome.succeeded()) {
      throw new IllegalArgumentException(
          "host "
              + host
              + " is published at this time; end 'koi serve' there first, or it would come back");
    }
    return Optional.of(instances[0]);
  }

  @Override
  public void close() {
    etcd.close();
  }
}
