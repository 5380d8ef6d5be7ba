package dev.koi.publish;

import dev.koi.Instance;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyRange;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.publish.HostClaim.LostException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * The keys of this host's instances in etcd, under one claim: what they hold, and the writes that
 * make them hold what the picture says. One transaction is under way at a time. For one thread.
 */
final class PublishedKeys {

  /** etcd allows 128 operations and 1.5 MB in a transaction. */
  private static final int MAX_WRITES = 100;

  private static final int MAX_BYTES = 512 << 10;

  /**
   * The fingerprint of a value, empty if it must be written again; and the revision of the write.
   */
  private record Stored(String fingerprint, long revision) {}

  /** A value to write, or empty to delete the key. */
  private record Change(String id, Optional<InstanceValue> value) {}

  private final EtcdClient etcd;
  private final FleetKeys keys;
  private final String host;
  private final HostClaim claim;
  private final Counts counts;
  private final Map<String, Stored> stored = new HashMap<>();

  /** Counts of the writes since the start. */
  static final class Counts {
    final AtomicLong puts = new AtomicLong();
    final AtomicLong deletes = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong transactions = new AtomicLong();
  }

  PublishedKeys(EtcdClient etcd, FleetKeys keys, String host, HostClaim claim, Counts counts) {
    this.etcd = etcd;
    this.keys = keys;
    this.host = host;
    this.claim = claim;
    this.counts = counts;
  }

  int size() {
    return stored.size();
  }

  /** Reads all keys with their values. */
  void read() throws IOException, InterruptedException {
    stored.clear();
    etcd.scan(
        keys.instances(host),
        value ->
            stored.put(
                id(value),
                new Stored(
                    value.value().flatMap(InstanceValue::fingerprint).orElse(""),
                    value.modified())));
  }

  /**
   * Reads the keys without values: the revision of a key shows whether its value has changed since.
   */
  void readRevisions() throws IOException, InterruptedException {
    Map<String, Stored> seen = new HashMap<>();
    etcd.scanKeys(
        keys.instances(host),
        value -> {
          Stored known = stored.get(id(value));
          boolean same = known != null && known.revision() == value.modified();
          seen.put(id(value), same ? known : new Stored("", value.modified()));
        });
    stored.clear();
    stored.putAll(seen);
  }

  /** Returns the id in the fleet, or the rest of a key of another form. */
  private String id(KeyValue value) {
    return value.key().substring(keys.instance("").length());
  }

  /**
   * Writes all differences.
   *
   * @param provesEndsOf whether an instance of that backend has ended if it is not wanted
   */
  void converge(Map<String, Instance> wanted, Predicate<String> provesEndsOf)
      throws IOException, InterruptedException, LostException {
    Map<String, Optional<Instance>> changes = new HashMap<>();
    wanted.forEach((id, instance) -> changes.put(id, Optional.of(instance)));
    Set<String> left = new HashSet<>(stored.keySet());
    left.removeAll(wanted.keySet());
    for (String id : left) {
      if (FleetKeys.parts(id).map(parts -> provesEndsOf.test(parts.backend())).orElse(true)) {
        changes.put(id, Optional.empty());
      }
    }
    write(changes);
  }

  /** Writes the changes that differ from what is stored; those of an instance at most once. */
  void write(Map<String, Optional<Instance>> changes)
      throws IOException, InterruptedException, LostException {
    Deque<Change> batch = new ArrayDeque<>();
    int bytes = 0;
    for (Map.Entry<String, Optional<Instance>> entry : changes.entrySet()) {
      Stored known = stored.get(entry.getKey());
      Optional<InstanceValue> value =
          entry.getValue().map(instance -> InstanceValue.of(host, claim.epoch(), instance));
      boolean same =
          value.isPresent()
              ? known != null && known.fingerprint().equals(value.get().fingerprint())
              : known == null;
      if (same) {
        continue;
      }
      int length = value.map(each -> each.json().length()).orElse(0);
      if (batch.size() == MAX_WRITES || bytes + length > MAX_BYTES) {
        commit(batch);
        bytes = 0;
      }
      bytes += length;
      batch.add(new Change(entry.getKey(), value));
    }
    commit(batch);
  }

  private void commit(Deque<Change> batch) throws IOException, InterruptedException, LostException {
    if (batch.isEmpty()) {
      return;
    }
    Transaction transaction = claim.fenced();
    for (Change change : batch) {
      String key = keys.instance(change.id());
      transaction =
          change.value().isPresent()
              ? transaction.put(key, change.value().get().json())
              : transaction.delete(KeyRange.of(key));
    }
    long revision = claim.commit(transaction);
    counts.transactions.incrementAndGet();
    for (Change change : batch) {
      if (change.value().isPresent()) {
        stored.put(change.id(), new Stored(change.value().get().fingerprint(), revision));
        counts.puts.incrementAndGet();
        counts.bytes.addAndGet(change.value().get().json().length());
      } else {
        stored.remove(change.id());
        counts.deletes.incrementAndGet();
      }
    }
    batch.clear();
  }
}
