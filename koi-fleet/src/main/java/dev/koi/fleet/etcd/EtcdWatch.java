package dev.koi.fleet.etcd;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream of the changes of some keys from a revision on, in order and without a gap. Read by one
 * thread; any thread may close it.
 */
public final class EtcdWatch implements AutoCloseable {

  private final Gateway gateway;
  private final EtcdLink link;
  private final Json answers;
  private long next; // the revision behind the changes that were returned
  private long store; // the latest revision that the server has named

  EtcdWatch(Gateway gateway, EtcdLink link, Json answers, long revision) throws IOException {
    this.gateway = gateway;
    this.link = link;
    this.answers = answers;
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
   * @return at least one change
   * @throws SocketTimeoutException if nothing came in that time. That is no failure: open another
   *     watch, which shows whether the servers still answer
   * @throws EtcdException if the servers end the watch
   * @throws IOException if the connection is lost, or the watch closed
   * @throws InterruptedException if the thread is interrupted
   */
  public List<KeyEvent> next(Duration patience) throws IOException, InterruptedException {
    try {
      link.limitReads(patience);
      List<KeyEvent> events = List.of();
      while (events.isEmpty()) {
        events = read();
      }
      next = events.get(events.size() - 1).revision() + 1;
      return events;
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

  private List<KeyEvent> read() throws IOException {
    if (!answers.next()) {
      throw new EOFException("the server has ended the watch");
    }
    List<KeyEvent> events = new ArrayList<>();
    answers.object(
        name -> {
          if (name.equals("error")) {
            throw Refusal.of(link.server(), answers);
          } else if (name.equals("result")) {
            events.addAll(result());
          }
        });
    return events;
  }

  private List<KeyEvent> result() throws IOException {
    List<KeyEvent> events = new ArrayList<>();
    String[] reason = {""};
    boolean[] state = {false, false}; // canceled, compacted
    answers.object(
        name -> {
          switch (name) {
            case "header" -> store = Math.max(store, Answers.revision(answers));
            case "events" -> answers.array(() -> events.add(event()));
            case "canceled" -> state[0] = answers.isTrue();
            case "compact_revision" -> state[1] = answers.number() > 0;
            case "cancel_reason" -> reason[0] = answers.text();
            default -> {}
          }
        });
    if (state[0]) {
      throw EtcdException.canceled(Refusal.place(link.server()), reason[0], state[1]);
    }
    return events;
  }

  private KeyEvent event() throws IOException {
    boolean[] deleted = {false};
    KeyValue[] value = {null};
    answers.object(
        name -> {
          switch (name) {
            case "type" -> deleted[0] = answers.text().equals("DELETE");
            case "kv" -> value[0] = Answers.keyValue(answers, false);
            default -> {}
          }
        });
    if (value[0] == null) {
      throw new IOException("an event without a key");
    }
    return new KeyEvent(value[0].key(), value[0].modified(), deleted[0]);
  }

  /** Ends it. Idempotent. */
  @Override
  public void close() {
    gateway.drop(link);
  }
}
