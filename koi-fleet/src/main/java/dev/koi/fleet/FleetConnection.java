package dev.koi.fleet;

import dev.koi.Instance;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdException;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.FleetKeys.Parts;
import dev.koi.fleet.format.PublishedInstance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.support.BasicConnection;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An etcd cluster that has answered. Thread-safe. */
final class FleetConnection extends BasicConnection {

  private static final int SCANS = 3; // a compaction can end one

  private final EtcdClient client;
  private final FleetKeys keys;
  private final FleetHosts hosts;
  private final String entry;
  private final RefusedValues refused = new RefusedValues();
  private final Map<String, Found> found = new ConcurrentHashMap<>(); // by id, since the last scan
  private volatile FleetScan last;

  /** An instance that was found; the next scan shares it rather than hold a copy. */
  private record Found(long modified, Instance instance) {}

  FleetConnection(
      RuntimeInfo runtime, EtcdClient client, FleetKeys keys, FleetHosts hosts, String entry) {
    super(runtime);
    this.client = client;
    this.keys = keys;
    this.hosts = hosts;
    this.entry = entry;
    last = new FleetScan(keys, this::readOnce);
  }

  @Override
  protected List<Instance> list() throws IOException, InterruptedException {
    for (int scan = 1; ; scan++) {
      try {
        FleetScan next = last.next(client);
        last = next; // of two at once, either will do
        found.values().removeIf(each -> each.modified() <= next.revision());
        hosts.scanned(next.revision(), next);
        refused.replaceBy(next.refused());
        return hosts.anyForgotten()
            ? next.instances().stream().filter(this::isKept).toList()
            : next.instances();
      } catch (EtcdException e) {
        if (!e.isCompacted() || scan == SCANS) {
          throw e;
        }
      }
    }
  }

  @Override
  protected Optional<Instance> find(String id) throws IOException, InterruptedException {
    if (FleetKeys.parts(id).isEmpty()) {
      return Optional.empty();
    }
    Optional<KeyValue> value = client.get(keys.instance(id));
    try {
      Optional<Instance> instance = value.map(each -> readOnce(id, each));
      instance.ifPresentOrElse(
          it -> found.put(id, new Found(value.get().modified(), it)), () -> found.remove(id));
      refused.remove(id);
      instance.ifPresent(it -> hosts.found(it.host().orElseThrow(), id));
      return instance.filter(this::isKept);
    } catch (IllegalArgumentException e) {
      // Not an empty answer, which would end an instance that a later version of Koi publishes.
      String reason = SafeText.of(e.getMessage()); // it may name a stranger's field
      refused.add(id, reason);
      throw new IOException("the value of " + keys.instance(id) + " is refused: " + reason, e);
    }
  }

  private boolean isKept(Instance instance) {
    return !hosts.isForgotten(instance.host().orElseThrow());
  }

  private Instance readOnce(String id, KeyValue value) {
    Found known = found.get(id);
    return known != null && known.modified() == value.modified()
        ? known.instance()
        : read(id, value);
  }

  /**
   * Returns the instance that a host has published.
   *
   * @throws IllegalArgumentException if the value is another's, or cannot be read
   */
  private Instance read(String id, KeyValue value) {
    String json =
        value
            .value()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "it is longer than " + EtcdClient.MAX_VALUE + " bytes"));
    PublishedInstance published = PublishedInstance.parse(json);
    Parts parts = FleetKeys.parts(id).orElseThrow();
    if (!published.host().equals(parts.host())) {
      throw new IllegalArgumentException("its host is not the one in its key");
    }
    Map<String, Object> fields = new HashMap<>(published.instance());
    fields.put(
        "host", parts.host()); // that of the key: a host publishes no instance of another one
    Instance instance = Instance.fromMap(entry, id, fields);
    if (!instance.state().present()) {
      throw new IllegalArgumentException("its state is " + instance.state().wireName());
    }
    return instance;
  }

  @Override
  protected InstanceWatch openWatch() throws IOException, InterruptedException {
    return FleetWatch.open(client, keys, hosts);
  }

  @Override
  public String limitation() {
    String stale = hosts.limitation();
    String unread = refused.limitation();
    return stale + (stale.isEmpty() || unread.isEmpty() ? "" : "; ") + unread;
  }

  @Override
  protected void release() {
    client.close();
  }
}
