package dev.koi.fleet;

import dev.koi.Instance;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.etcd.Page;
import dev.koi.fleet.format.FleetKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What all keys of the fleet say at one revision. From one to the next, only values that were
 * written between them are read. Used by one thread while it is made, and not changed afterwards.
 */
final class FleetScan {

  /** A key of the fleet; null or empty for what it does not say. */
  private record Said(long modified, Instance instance, String refusal, KeyValue host) {}

  private final FleetKeys keys;
  private final BiFunction<String, KeyValue, Instance> reader;
  private final TreeMap<String, Said> said; // by key
  private long revision; // 0 before the first

  /** Makes an empty one; the reader throws IllegalArgumentException for what it refuses. */
  FleetScan(FleetKeys keys, BiFunction<String, KeyValue, Instance> reader) {
    this.keys = keys;
    this.reader = reader;
    said = new TreeMap<>();
  }

  private FleetScan(FleetScan last) {
    keys = last.keys;
    reader = last.reader;
    said = new TreeMap<>(last.said);
  }

  /**
   * Returns what the keys say at present.
   *
   * @throws IOException if etcd does not answer, or has other data than before
   */
  FleetScan next(EtcdClient client) throws IOException, InterruptedException {
    FleetScan next = new FleetScan(this);
    Page changes = revision == 0 ? null : client.changes(keys.all(), revision + 1);
    if (changes == null || changes.more()) {
      Set<String> present = new HashSet<>();
      next.revision =
          client.scan(
              keys.all(),
              value -> {
                present.add(value.key());
                next.add(value);
              });
      next.said.keySet().retainAll(present);
    } else {
      next.revision = changes.revision();
      changes.values().forEach(next::add);
      if (next.said.size() != changes.count()) { // some were deleted
        Set<String> present = new HashSet<>();
        client.scanKeys(keys.all(), next.revision, value -> present.add(value.key()));
        next.said.keySet().retainAll(present);
      }
    }
    if (next.revision < revision) {
      throw new IOException(
          "%s has gone back from revision %d to %d: it has lost its data"
              .formatted(client.place(), revision, next.revision));
    }
    return next;
  }

  void add(KeyValue value) {
    Said known = said.get(value.key());
    if (known == null || known.modified() != value.modified()) {
      said.put(value.key(), read(value));
    }
  }

  private Said read(KeyValue value) {
    Optional<String> id = keys.fleetIdOf(value.key());
    Instance instance = null;
    String refusal = "";
    if (id.isPresent()) {
      try {
        instance = reader.apply(id.get(), value);
      } catch (IllegalArgumentException e) {
        refusal = SafeText.of(e.getMessage());
      }
    }
    boolean host = keys.hostOf(value.key()).isPresent();
    return new Said(value.modified(), instance, refusal, host ? value : null);
  }

  /** Returns the revision of the store. */
  long revision() {
    return revision;
  }

  /** Returns what could be read. */
  List<Instance> instances() {
    List<Instance> instances = new ArrayList<>();
    for (Said each : said.values()) {
      if (each.instance() != null) {
        instances.add(each.instance());
      }
    }
    return instances;
  }

  /** Returns the id of one instance of each host that has any. */
  Map<String, String> samples() {
    Map<String, String> samples = new HashMap<>();
    for (Instance instance : instances()) {
      samples.putIfAbsent(instance.host().orElseThrow(), instance.id());
    }
    return samples;
  }

  /** Returns the values of the hosts' own keys. */
  Map<String, KeyValue> hosts() {
    Map<String, KeyValue> hosts = new HashMap<>();
    for (Said each : said.subMap(keys.hosts().first(), keys.hosts().end()).values()) {
      if (each.host() != null) {
        hosts.put(keys.hostOf(each.host().key()).orElseThrow(), each.host());
      }
    }
    return hosts;
  }

  /** Returns the reason for each id whose value is refused. */
  Map<String, String> refused() {
    Map<String, String> refused = new HashMap<>();
    said.forEach(
        (key, each) -> {
          if (!each.refusal().isEmpty()) {
            refused.put(keys.fleetIdOf(key).orElseThrow(), each.refusal());
          }
        });
    return refused;
  }
}
