package dev.koi.publish;

import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.etcd.Transaction.Property;
import dev.koi.fleet.format.PublishedHost;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A publisher's hold on the name of its host: the host's key, which ends with the publisher's
 * lease. Each write compares the key's lease with that one, so a publisher that has lost the name
 * writes nothing, however late its request arrives. For one thread.
 */
final class HostClaim {

  private final EtcdClient etcd;
  private final String key;
  private final PublishedHost taken;
  private final Supplier<List<PublishedHost.Backend>> backends;
  private final long lease;
  private final long pace; // nanoseconds between two signs of life
  private PublishedHost written;
  private long nextSign;

  private HostClaim(
      EtcdClient etcd,
      String key,
      PublishedHost taken,
      Supplier<List<PublishedHost.Backend>> backends,
      long lease,
      Duration ttl) {
    this.etcd = etcd;
    this.key = key;
    this.taken = taken;
    this.backends = backends;
    this.lease = lease;
    this.pace = ttl.toNanos() / 3;
    this.written = taken;
    this.nextSign = System.nanoTime() + pace;
  }

  /** The name is another publisher's, as far as can be known. */
  static final class NameTakenException extends Exception {
    private static final long serialVersionUID = 1L;

    NameTakenException(String message) {
      super(message);
    }
  }

  /** This publisher does not hold the name any more. */
  static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;

    LostException(String message) {
      super(message);
    }
  }

  /**
   * Takes the name if nobody has it, if its publisher has ended or died on this machine, or if it
   * is this publisher's already: the answer to an earlier attempt may have been lost.
   *
   * @param publisher begins the epoch of each claim of this publisher, and of no other
   * @param epoch a new one of this publisher
   */
  static HostClaim take(
      EtcdClient etcd,
      String host,
      String key,
      String publisher,
      String epoch,
      ThisProcess process,
      Supplier<List<PublishedHost.Backend>> backends,
      Duration ttl)
      throws IOException, InterruptedException, NameTakenException {
    Optional<KeyValue> held = etcd.get(key);
    if (held.isPresent()) {
      requireFree(host, held.get(), publisher, process);
    }
    PublishedHost mine =
        new PublishedHost(
            epoch,
            process.machine(),
            process.pid(),
            Instant.now(),
            Optional.empty(),
            backends.get());
    long lease = etcd.grant(ttl);
    long seen = held.map(KeyValue::modified).orElse(0L); // 0 stands for a key that does not exist
    Transaction.Outcome outcome =
        etcd.commit(
            Transaction.begin().when(key, Property.MOD, seen).put(key, mine.toJson(), lease));
    if (!outcome.succeeded()) {
      etcd.revoke(lease);
      throw new NameTakenException("host " + host + " was taken by another publisher just now");
    }
    return new HostClaim(etcd, key, mine, backends, lease, ttl);
  }

  private static void requireFree(String host, KeyValue held, String publisher, ThisProcess process)
      throws NameTakenException {
    if (held.lease() == 0) {
      return; // its publisher has ended, or the key was written by hand
    }
    PublishedHost holder;
    try {
      holder = PublishedHost.parse(held.value().orElse(""));
    } catch (IllegalArgumentException e) {
      throw new NameTakenException("host " + host + " is published by another version of Koi");
    }
    if (!holder.epoch().startsWith(publisher) && !process.isDead(holder)) {
      throw new NameTakenException(
          ("host %s is published by process %d of machine %s since %s;"
                  + " koi.fleet.host gives this one another name")
              .formatted(
                  host,
                  holder.pid(),
                  holder.machine(),
                  holder.since().truncatedTo(ChronoUnit.SECONDS)));
    }
  }

  String epoch() {
    return taken.epoch();
  }

  /** Returns when the next sign of life is due, by System.nanoTime. */
  long nextSign() {
    return nextSign;
  }

  /** Begins a transaction that does something only while this claim holds. */
  Transaction fenced() {
    return Transaction.begin().when(key, Property.LEASE, lease);
  }

  /**
   * Commits a transaction that {@link #fenced} has begun, after a sign of life if that is due.
   *
   * @return the revision of the write
   * @throws LostException if the claim does not hold any more
   */
  long commit(Transaction fenced) throws IOException, InterruptedException, LostException {
    signIfDue();
    Transaction.Outcome outcome = etcd.commit(fenced);
    if (!outcome.succeeded()) {
      throw new LostException("the host's key has ended or is another publisher's");
    }
    return outcome.revision();
  }

  /**
   * Renews the lease if that is due, and writes the states of the backends if they have changed.
   */
  void signIfDue() throws IOException, InterruptedException, LostException {
    if (System.nanoTime() - nextSign < 0) {
      return;
    }
    if (!etcd.keepAlive(lease)) {
      throw new LostException("the lease has ended: etcd had no sign of life in time");
    }
    nextSign = System.nanoTime() + pace;
    List<PublishedHost.Backend> now = backends.get();
    if (!states(now).equals(states(written.backends()))) {
      tell(now);
    }
  }

  /** Writes the numbers of instances too, which change often. */
  void tellNumbers() throws IOException, InterruptedException, LostException {
    List<PublishedHost.Backend> now = backends.get();
    if (!now.equals(written.backends())) {
      tell(now);
    }
  }

  private static List<String> states(List<PublishedHost.Backend> backends) {
    return backends.stream().map(backend -> backend.name() + " " + backend.state()).toList();
  }

  private void tell(List<PublishedHost.Backend> backends)
      throws IOException, InterruptedException, LostException {
    PublishedHost next = with(Optional.empty(), backends);
    commit(fenced().put(key, next.toJson(), lease));
    written = next;
  }

  private PublishedHost with(Optional<Instant> ended, List<PublishedHost.Backend> backends) {
    return new PublishedHost(
        taken.epoch(), taken.machine(), taken.pid(), taken.since(), ended, backends);
  }

  /**
   * Lets the key stay without the lease, marked as ended, and ends the lease; nothing if the claim
   * does not hold any more.
   *
   * @param closing a client that gives up soon
   */
  void end(EtcdClient closing) throws IOException, InterruptedException {
    PublishedHost last = with(Optional.of(Instant.now()), written.backends());
    if (closing.commit(fenced().put(key, last.toJson())).succeeded()) {
      closing.revoke(lease);
    }
  }
}
