package dev.koi.fleet.etcd;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client of one etcd cluster, version 3.4 or later. Its calls are linearizable: they see every
 * change that was acknowledged before. They may be made by several threads at once.
 *
 * <p>Each call ends within the deadline of the settings. It throws {@link InterruptedException}
 * soon after an interrupt of its thread; {@link EtcdException} if a server refuses it; {@link
 * java.net.ConnectException} if nothing listens at any address; another {@link IOException} if the
 * servers do not answer as they should. Reading calls go on to another server if one does not
 * answer. The client has no thread of its own.
 */
public final class EtcdClient implements AutoCloseable {

  /** The longest value that is read, in bytes. */
  public static final int MAX_VALUE = 64 << 10;

  /** As much of a key is read, in bytes. */
  public static final int MAX_KEY = 2 << 10;

  private static final int PAGE = 500; // each costs etcd a count of the range; 32 MiB at most
  private static final int PAGE_OF_KEYS = 2_000;
  private static final int MOST_CHANGES = 4_000; // a scan of all takes hardly longer for as many

  private final Gateway gateway;
  private final EtcdSettings settings;

  /**
   * Makes one; it connects with the first call.
   *
   * @throws IOException if the certificates cannot be used
   */
  public EtcdClient(EtcdSettings settings) throws IOException {
    this.settings = settings;
    gateway = new Gateway(settings);
  }

  /** Returns the addresses of the servers as people write them. */
  public String place() {
    return settings.place();
  }

  /** Returns the version of the server that answers. */
  public String version() throws IOException, InterruptedException {
    String version = gateway.call(Call.version()).version;
    if (version.isEmpty()) {
      throw new IOException("etcd at " + place() + " does not say its version; is it etcd?");
    }
    return version;
  }

  /** Returns the key with its value, if it exists. */
  public Optional<KeyValue> get(String key) throws IOException, InterruptedException {
    return page(KeyRange.of(key), 0, 1, false).values().stream().findFirst();
  }

  /** Returns the present revision of the store; the user must be allowed to read those keys. */
  public long revision(KeyRange keys) throws IOException, InterruptedException {
    KeyRange first = KeyRange.of(keys.first()); // of more, etcd would count all
    return gateway.call(Call.range(first, 0, 1, true)).revision;
  }

  /**
   * Reads all keys of a range, in order and as they were at one revision, in several calls.
   *
   * @return the revision
   * @throws EtcdException if the revision was compacted meanwhile, or for another reason; some
   *     values were handed over before
   */
  public long scan(KeyRange keys, Consumer<KeyValue> reader)
      throws IOException, InterruptedException {
    return scan(keys, 0, PAGE, false, reader);
  }

  /** As {@link #scan}, but without the values, which are empty texts then. */
  public long scanKeys(KeyRange keys, Consumer<KeyValue> reader)
      throws IOException, InterruptedException {
    return scanKeys(keys, 0, reader);
  }

  /** As {@link #scanKeys}, but at a revision; 0 is the present one. */
  public long scanKeys(KeyRange keys, long revision, Consumer<KeyValue> reader)
      throws IOException, InterruptedException {
    return scan(keys, revision, PAGE_OF_KEYS, true, reader);
  }

  /**
   * Reads in one call what was written since a revision and exists still, some thousand values at
   * most. To find these etcd goes through the range, in a tenth of the time that a scan takes, but
   * with all values in its memory.
   *
   * @param since the first revision that counts
   * @param revision at which the keys are read; 0 is the present one
   */
  public Page changes(KeyRange keys, long since, long revision)
      throws IOException, InterruptedException {
    return gateway.call(Call.changes(keys, since, revision, MOST_CHANGES)).page();
  }

  private long scan(KeyRange keys, long at, int limit, boolean keysOnly, Consumer<KeyValue> reader)
      throws IOException, InterruptedException {
    Page page = page(keys, at, limit, keysOnly);
    long revision = at == 0 ? page.revision() : at;
    page.values().forEach(reader);
    while (page.more() && !page.values().isEmpty()) {
      String last = page.values().get(page.values().size() - 1).key();
      page = page(keys.after(last), revision, limit, keysOnly);
      page.values().forEach(reader);
    }
    return revision;
  }

  private Page page(KeyRange keys, long revision, int limit, boolean keysOnly)
      throws IOException, InterruptedException {
    return gateway.call(Call.range(keys, revision, limit, keysOnly)).page();
  }

  /**
   * Commits a transaction. After any exception but {@link java.net.ConnectException} it may have
   * been committed or not: also a server that reports a timeout may have passed it on.
   */
  public Transaction.Outcome commit(Transaction transaction)
      throws IOException, InterruptedException {
    Answers answer = gateway.call(Call.commit(transaction));
    return new Transaction.Outcome(answer.succeeded, answer.revision);
  }

  /**
   * Returns a new lease.
   *
   * @param ttl how long it lives without {@link #keepAlive}, in whole seconds
   */
  public long grant(Duration ttl) throws IOException, InterruptedException {
    return gateway.call(Call.grant(ttl.toSeconds())).lease;
  }

  /** Renews a lease, and returns whether it was still there. */
  public boolean keepAlive(long lease) throws IOException, InterruptedException {
    return gateway.call(Call.keepAlive(lease)).ttl > 0;
  }

  /** Ends a lease, which deletes its keys. */
  public void revoke(long lease) throws IOException, InterruptedException {
    gateway.call(Call.revoke(lease));
  }

  /**
   * Opens a watch, and returns when the servers have taken it.
   *
   * @param revision the first to watch, such as the present one plus one
   * @throws EtcdException if the revision is compacted, or for another reason
   */
  public EtcdWatch watch(KeyRange keys, long revision) throws IOException, InterruptedException {
    return gateway.watch(Call.watch(keys, revision), revision);
  }

  /** Ends all calls and watches, and closes all connections. Idempotent. */
  @Override
  public void close() {
    gateway.close();
  }
}
