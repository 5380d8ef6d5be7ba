package dev.koi.fleet;

import dev.koi.Instance;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyRange;
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
 * All keys of the fleet, with their values, at one revision. The next scan reads only values that
 * were written since. Used by one thread while it is made, and not changed afterwards.
 */
final class FleetScan {

  /** etcd has the values of all keys in memory among which it looks for changes. */
  private static final int PART = 20_000;

  /** A key of the fleet, as an instance, a refused value or a host's own; else null or empty. */
  private record Entry(long modified, Instance instance, String refusal, KeyValue host) {}

  private final FleetKeys keys;
  private final BiFunction<String, KeyValue, Instance> reader;
  private final int part;
  private final TreeMap<String, Entry> entries; // by key
  private long revision; // 0 before the first

  /** Makes an empty one; the reader throws IllegalArgumentException for what it refuses. */
  FleetScan(FleetKeys keys, BiFunction<String, KeyValue, Instance> reader) {
    this(keys, reader, PART);
  }

  /** As that, but asks for the changes of so many keys at once. */
  FleetScan(FleetKeys keys, BiFunction<String, KeyValue, Instance> reader, int part) {
    this.keys = keys;
    this.reader = reader;
    this.part = part;
    entries = new TreeMap<>();
  }

  private FleetScan(FleetScan last) {
    keys = last.keys;
    reader = last.reader;
    part = last.part;
    entries = new TreeMap<>(last.entries);
  }

  /**
   * Returns what the keys say at present.
   *
   * @throws IOException if etcd does not answer, or has other data than before
   */
  FleetScan next(EtcdClient client) throws IOException, InterruptedException {
    FleetScan next = new FleetScan(this);
    if (revision == 0 || !next.addChanges(client, this)) {
      Set<String> present = new HashSet<>();
      next.revision =
          client.scan(
              keys.all(),
              value -> {
                present.add(value.key());
                next.add(value);
              });
      next.entries.keySet().retainAll(present);
    }
    if (next.revision < revision) {
      throw new IOException(
          "%s has gone back from revision %d to %d: it has lost its data"
              .formatted(client.place(), revision, next.revision));
    }
    return next;
  }

  /** Takes in what has changed since the last one; returns false if that is a great deal. */
  private boolean addChanges(EtcdClient client, FleetScan last)
      throws IOException, InterruptedException {
    long count = 0;
    for (KeyRange part : last.parts()) {
      Page changes = client.changes(part, last.revision + 1, revision);
      if (changes.more()) {
        return false;
      }
      revision = revision == 0 ? changes.revision() : revision;
      count += changes.count();
      changes.values().forEach(this::add);
    }
    if (entries.size() != count) { // some were deleted
      Set<String> present = new HashSet<>();
      client.scanKeys(keys.all(), revision, value -> present.add(value.key()));
      entries.keySet().retainAll(present);
    }
    return true;
  }

  /** Returns ranges of some thousand keys each. */
  private List<KeyRange> parts() {
    List<KeyRange> parts = new ArrayList<>();
    String first = keys.all().first();
    int count = 0;
    for (String key : entries.keySet()) {
      if (++count % part == 0) {
        parts.add(new KeyRange(first, key));
        first = key;
      }
    }
    parts.add(new KeyRange(first, keys.all().end()));
    return parts;
  }

  void add(KeyValue value) {
    Entry known = entries.get(value.key());
    if (known == null || known.modified() != value.modified()) {
      entries.put(value.key(), read(value));
    }
  }

  private Entry read(KeyValue value) {
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
    return new Entry(value.modified(), instance, refusal, host ? value : null);
  }

  /** Returns the revision of the store. */
  long revision() {
    return revision;
  }

  /** Returns what could be read. */
  List<Instance> instances() {
    List<Instance> instances = new ArrayList<>();
    for (Entry each : entries.values()) {
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
    for (Entry each : entries.subMap(keys.hosts().first(), keys.hosts().end()).values()) {
      if (each.host() != null) {
        hosts.put(keys.hostOf(each.host().key()).orElseThrow(), each.host());
      }
    }
    return hosts;
  }

  /** Returns the reason for each id whose value is refused. */
  Map<String, String> refused() {
    Map<String, String> refused = new HashMap<>();
    entries.forEach(
        (key, each) -> {
          if (!each.refusal().isEmpty()) {
            refused.put(keys.fleetIdOf(key).orElseThrow(), each.refusal());
          }
        });
    return refused;
  }
}
