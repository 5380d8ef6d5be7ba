package dev.koi.fleet;

import dev.koi.Instance;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.format.FleetKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What all keys of the fleet say at one revision. Used by one thread. */
final class FleetScan {

  private final FleetKeys keys;
  private final BiFunction<String, KeyValue, Instance> reader;
  private final List<Instance> instances = new ArrayList<>();
  private final Map<String, String> samples = new HashMap<>(); // an id of each host
  private final Map<String, KeyValue> hosts = new HashMap<>();
  private final Map<String, String> refused = new HashMap<>();

  /** Makes an empty one; the reader throws IllegalArgumentException for what it refuses. */
  FleetScan(FleetKeys keys, BiFunction<String, KeyValue, Instance> reader) {
    this.keys = keys;
    this.reader = reader;
  }

  void add(KeyValue value) {
    keys.hostOf(value.key()).ifPresent(host -> hosts.put(host, value));
    Optional<String> id = keys.fleetIdOf(value.key());
    if (id.isPresent()) {
      try {
        Instance instance = reader.apply(id.get(), value);
        instances.add(instance);
        samples.putIfAbsent(instance.host().orElseThrow(), id.get());
      } catch (IllegalArgumentException e) {
        refused.put(id.get(), SafeText.of(e.getMessage()));
      }
    }
  }

  /** Returns what could be read. */
  List<Instance> instances() {
    return instances;
  }

  /** Returns the id of one instance of each host that has any. */
  Map<String, String> samples() {
    return samples;
  }

  /** Returns the values of the hosts' own keys. */
  Map<String, KeyValue> hosts() {
    return hosts;
  }

  /** Returns the reason for each id whose value is refused. */
  Map<String, String> refused() {
    return refused;
  }
}
