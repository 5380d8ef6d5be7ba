package dev.koi.fleet.etcd;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/**
 * A stream of the changes of some keys from a revision on, in order and without a gap. Read by one
 * thread; any thread may close it.
 */
public final class EtcdWatch implements AutoCloseable {

  private final Gateway gateway;
  private final EtcdLink link;
  private final Json json;
  private long next; // the revision behind the changes that were returned
  private long store; // the latest revision that the server has named

  EtcdWatch(Gateway gateway, EtcdLink link, Json json, long revision) throws IOException {
    this.gateway = gateway;
    this.link = link;
    this.json = json;
    next = revision;
    read(); // that the watch is created, or why not
  }

  /**
   * Returns the latest revision of the store that the server has named; it may be behind others.
   */
  public long storeRevision() {
    return store;
  }

  /** Returns the revision with which another watch goes on where this one ends. */
  public long nextRevision() {
    return next;
  }

  /**
   * Waits for changes.
   *
   * @param patience how long each read of the network may wait
   * @return at least one change: the key and its revision, without a value
   * @throws SocketTimeoutException if nothing came in that time. That is no failure: open another
   *     watch, which shows whether the servers still answer
   * @throws EtcdException if the servers end the watch
   * @throws IOException if the connection is lost, or the watch closed
   * @throws InterruptedException if the thread is interrupted
   */
  public List<KeyValue> next(Duration patience) throws IOException, InterruptedException {
    try {
      link.limitReads(patience);
      List<KeyValue> changes = List.of();
      while (changes.isEmpty()) {
        changes = read();
      }
      next = changes.get(changes.size() - 1).modified() + 1;
      return changes;
    } catch (IOException e) {
      close();
      if (Thread.interrupted()) {
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      if (e instanceof SocketTimeoutException || e instanceof EtcdException) {
        throw e;
      }
      throw gateway.isClosed() ? gateway.closed() : Gateway.failure(link, e, 0);
    }
  }

  private List<KeyValue> read() throws IOException {
    if (!json.next()) {
      throw new EOFException("the server has ended the watch");
    }
    Answers message = new Answers(json);
    json.object(
        name -> {
          if (name.equals("error")) {
            throw Refusal.of(link.server(), json);
          }
          message.field(name);
        });
    store = Math.max(store, message.revision);
    if (message.canceled) {
      String place = Refusal.place(link.server());
      throw EtcdException.canceled(place, message.reason, message.compacted);
    }
    return message.values;
  }

  /** Ends it. Idempotent. */
  @Override
  public void close() {
    gateway.drop(link);
  }
}
