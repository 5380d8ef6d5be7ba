package dev.koi.fleet;

import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdException;
import dev.koi.fleet.etcd.EtcdWatch;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The hints of one fleet. etcd repeats all changes since a revision, so this watch goes on with
 * another stream where one ends, as it does after each silence: that shows whether etcd still
 * answers, and brings what a broken stream has lost. It has no thread of its own.
 */
final class FleetWatch implements InstanceWatch {

  private static final Duration SILENCE = Duration.ofSeconds(3);
  private static final int MOST_BREAKS = 3; // of streams that brought nothing

  private final EtcdClient client;
  private final FleetKeys keys;
  private final FleetHosts hosts;
  private final Object lock = new Object();
  private EtcdWatch stream; // guarded by lock
  private boolean closed; // guarded by lock

  // Of the thread that takes.
  private final Set<String> ids = new LinkedHashSet<>();
  private final Map<String, Long> changedHosts = new LinkedHashMap<>(); // with the last revision
  private boolean everything;
  private int breaks;
  private IOException lost; // null while etcd answers

  private FleetWatch(EtcdClient client, FleetKeys keys, FleetHosts hosts) {
    this.client = client;
    this.keys = keys;
    this.hosts = hosts;
  }

  static FleetWatch open(EtcdClient client, FleetKeys keys, FleetHosts hosts)
      throws IOException, InterruptedException {
    FleetWatch watch = new FleetWatch(client, keys, hosts);
    watch.openFrom(client.revision(keys.all()) + 1);
    return watch;
  }

  private void openFrom(long revision) throws IOException, InterruptedException {
    EtcdWatch next = client.watch(keys.all(), revision);
    // A server may be behind the others, but its answer to a read is not.
    if (next.storeRevision() < revision - 1 && client.revision(keys.all()) < revision - 1) {
      next.close(); // it would be silent until the store has come so far again
      throw new IOException(
          client.place()
              + " has gone back behind revision "
              + (revision - 1)
              + ": it has lost its data");
    }
    synchronized (lock) {
      stream = next;
      if (closed) {
        next.close();
      }
    }
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    while (true) {
      EtcdWatch current = openStream();
      if (everything) {
        everything = false;
        return ChangeHint.everything();
      }
      Iterator<String> oldest = ids.iterator();
      if (oldest.hasNext()) {
        ChangeHint hint = ChangeHint.instance(oldest.next());
        oldest.remove();
        return hint;
      }
      try {
        if (!changedHosts.isEmpty()) {
          readHost();
        } else if (hosts.forget()) {
          everything = true;
        } else {
          read(current);
        }
      } catch (IOException e) {
        openStream(); // throws if it was closed, which is then the reason
        lost = e;
      }
    }
  }

  private EtcdWatch openStream() throws IOException {
    if (lost != null) {
      throw new IOException(lost.getMessage(), lost);
    }
    synchronized (lock) {
      if (closed) {
        throw new IOException("the watch of " + client.place() + " is closed");
      }
      return stream;
    }
  }

  private void read(EtcdWatch current) throws IOException, InterruptedException {
    try {
      for (KeyValue change : current.next(SILENCE)) {
        keys.hostOf(change.key()).ifPresent(host -> changedHosts.put(host, change.modified()));
        keys.fleetIdOf(change.key()).ifPresent(ids::add);
      }
      breaks = 0;
    } catch (SocketTimeoutException e) {
      breaks = 0;
      openFrom(current.nextRevision());
    } catch (EtcdException e) {
      goOn(current.nextRevision(), e);
    } catch (IOException e) {
      openStream();
      goOn(current.nextRevision(), e);
    }
  }

  /** Opens another stream after one that broke; it may be another server's. */
  private void goOn(long revision, IOException reason) throws IOException, InterruptedException {
    if (++breaks > MOST_BREAKS) {
      throw reason;
    }
    boolean compacted = isCompacted(reason);
    if (!compacted) {
      try {
        openFrom(revision);
      } catch (EtcdException e) {
        if (!isCompacted(e)) {
          throw e;
        }
        compacted = true;
      }
    }
    if (compacted) { // go on at present: the next list shows what was before
      openFrom(client.revision(keys.all()) + 1);
      ids.clear();
      everything = true;
    }
  }

  private static boolean isCompacted(IOException reason) {
    return reason instanceof EtcdException refusal && refusal.isCompacted();
  }

  private void readHost() throws IOException, InterruptedException {
    Map.Entry<String, Long> changed = changedHosts.entrySet().iterator().next();
    String host = changed.getKey();
    if (hosts.changed(host, changed.getValue(), client.get(keys.host(host)))) {
      everything = true; // its instances are back
    }
    changedHosts.remove(host);
    // Koi asks what the answers lack after each answer, so it has to ask for something.
    hosts.sample(host).ifPresent(ids::add);
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (stream != null) {
        stream.close();
      }
    }
  }
}
