package dev.koi.publish;

import dev.koi.core.Koi;
import dev.koi.core.ListenerOptions;
import dev.koi.core.Subscription;
import dev.koi.core.settings.FleetSettings;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.PublishedHost;
import dev.koi.publish.HostClaim.LostException;
import dev.koi.publish.HostClaim.NameTakenException;
import dev.koi.publish.PublisherStatus.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the instances of this host to a fleet, while it runs. It writes each change at most
 * once, and heals what differs after each connect and each resync. While etcd is out of reach,
 * changes are only late. Thread-safe.
 *
 * <p>Instances of the type {@code fleet} are other hosts', and are not published.
 */
public final class Publisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  private static final String FLEET = "fleet";

  /** A busy etcd takes a part of it to check a password. */
  private static final Duration SHORTEST_CALL = Duration.ofSeconds(2);

  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);
  private static final Duration LAST_CALLS = Duration.ofMillis(400);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int MAX_CHANGES = 1_000; // taken at once
  private static final int MOST_REASONS = 10; // of one failure; some texts have numbers in them

  private final Koi koi;
  private final FleetSettings settings;
  private final String host;
  private final FleetKeys keys;
  private final Set<String> own; // the entries whose instances are of this host
  private final EtcdClient etcd;
  private final LocalPicture picture;
  private final Consumer<PublisherStatus> onChange;
  private final ThisProcess process = ThisProcess.find();
  private final String id = UUID.randomUUID().toString();
  private final RandomGenerator random = new Random();
  private final PublishedKeys.Counts counts = new PublishedKeys.Counts();
  private final Thread thread = new Thread(this::work, "koi-publish");
  private Subscription subscription; // set before the thread starts

  private final Object lock = new Object();
  private State state = State.CONNECTING; // guarded by lock
  private Instant since = Instant.now(); // guarded by lock
  private String reason = ""; // guarded by lock
  private final Set<String> reasons = new HashSet<>(); // since it published last; guarded by lock
  private long failures; // guarded by lock
  private volatile int instances;
  private volatile boolean closing;
  private long claims; // only the thread's

  private Publisher(
      Koi koi, FleetSettings settings, String host, Consumer<PublisherStatus> onChange)
      throws IOException {
    this.koi = koi;
    this.settings = settings;
    this.host = host;
    this.onChange = onChange;
    this.keys = new FleetKeys(settings.prefix());
    this.own =
        koi.status().backends().stream()
            .filter(backend -> !backend.type().equals(FLEET))
            .filter(backend -> backend.state() != BackendState.DISABLED)
            .map(BackendStatus::name)
            .collect(Collectors.toSet());
    this.picture = new LocalPicture(host, own);
    Duration call = shorter(settings.lease().dividedBy(3), LONGEST_CALL); // else it costs the lease
    this.etcd =
        FleetClient.open(settings, call.compareTo(SHORTEST_CALL) < 0 ? SHORTEST_CALL : call);
    thread.setDaemon(true);
  }

  /**
   * Starts to publish, and returns at once.
   *
   * @param koi whose instances are published; to be closed after the publisher
   * @param onChange gets each new state, and each new reason of a failure that lasts, on the
   *     publisher's thread
   * @throws IllegalArgumentException if the settings cannot be used
   * @throws IOException if the certificates cannot be used
   */
  public static Publisher start(Koi koi, FleetSettings settings, Consumer<PublisherStatus> onChange)
      throws IOException {
    String host =
        Optional.of(settings.host())
            .filter(name -> !name.isEmpty())
            .or(ThisProcess::hostName)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "koi.fleet.host is empty, and this machine has no name"));
    Publisher publisher = new Publisher(koi, settings, host, onChange);
    publisher.subscription =
        koi.subscribe(ListenerOptions.named("koi-publish-changes"), publisher.picture);
    publisher.thread.start();
    return publisher;
  }

  /** Returns its status. */
  public PublisherStatus status() {
    synchronized (lock) {
      return new PublisherStatus(
          host,
          etcd.place(),
          state,
          since,
          reason,
          instances,
          picture.pending(),
          new PublisherStatus.Counts(
              counts.puts.get(),
              counts.deletes.get(),
              counts.bytes.get(),
              counts.transactions.get(),
              failures,
              picture.unnameable()));
    }
  }

  private void work() {
    Duration pause = SHORTEST_PAUSE;
    while (!closing) {
      try {
        HostClaim claim =
            HostClaim.take(
                etcd,
                host,
                keys.host(host),
                id,
                id + "-" + ++claims,
                process,
                this::backends,
                settings.lease());
        try {
          publish(claim);
        } finally {
          picture.rest();
          if (closing) {
            end(claim);
          }
        }
      } catch (InterruptedException e) {
        continue; // closing
      } catch (NameTakenException e) {
        become(State.REFUSED, e.getMessage());
        pause = shorter(settings.lease().dividedBy(3), LONGEST_PAUSE);
      } catch (LostException | IOException e) {
        // A claim that is lost is taken again at once, and only if that fails it was a failure.
        pause =
            state() == State.PUBLISHING
                ? SHORTEST_PAUSE
                : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        become(State.FAILED, e.getMessage());
      } catch (Throwable e) { // a defect here; the host is to be seen again all the same
        log.error("the publisher has failed, and begins again", e);
        pause = LONGEST_PAUSE;
        become(State.FAILED, e.toString());
      }
      sleep(pause);
    }
    become(State.CLOSED, "");
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Half of it is random: all hosts lose etcd at the same moment. */
  private void sleep(Duration pause) {
    try {
      if (!closing) {
        long half = pause.toMillis() / 2;
        Thread.sleep(half + random.nextLong(half + 1));
      }
    } catch (InterruptedException e) {
      // closing
    }
  }

  /** Publishes until the claim is lost, etcd cannot be reached, or this is closed. */
  private void publish(HostClaim claim) throws IOException, InterruptedException, LostException {
    PublishedKeys published = new PublishedKeys(etcd, keys, host, claim, counts);
    published.read();
    converge(published);
    claim.tellNumbers();
    become(State.PUBLISHING, "");
    long resync = nextResync();
    while (true) {
      claim.signIfDue();
      if (picture.hasCompleted() || System.nanoTime() - resync >= 0) {
        published.readRevisions();
        converge(published);
        claim.tellNumbers();
        resync = nextResync();
      }
      long next = Math.min(claim.nextSign() - System.nanoTime(), resync - System.nanoTime());
      published.write(picture.take(MAX_CHANGES, next));
      instances = published.size();
    }
  }

  /** Not at the same time on all hosts. */
  private long nextResync() {
    long nanos = settings.resync().toNanos();
    return System.nanoTime() + nanos - nanos / 5 + random.nextLong(nanos * 2 / 5 + 1);
  }

  private void converge(PublishedKeys published)
      throws IOException, InterruptedException, LostException {
    LocalPicture.Snapshot now = picture.snapshot();
    published.converge(now.present(), now::provesEndsOf);
    instances = published.size();
  }

  private List<PublishedHost.Backend> backends() {
    return koi.status().backends().stream()
        .filter(backend -> own.contains(backend.name()))
        .map(
            backend ->
                new PublishedHost.Backend(
                    backend.name(), backend.state().wireName(), backend.instances()))
        .toList();
  }

  private State state() {
    synchronized (lock) {
      return state;
    }
  }

  private void become(State next, String why) {
    synchronized (lock) {
      if (next == State.FAILED || next == State.REFUSED) {
        failures++;
      }
      boolean news = state != next;
      if (news) {
        state = next;
        since = Instant.now();
      }
      if (next == State.PUBLISHING) {
        reasons.clear();
      }
      reason = why;
      news |= reasons.size() < MOST_REASONS && reasons.add(why);
      if (!news) {
        return;
      }
    }
    try {
      onChange.accept(status());
    } catch (RuntimeException e) {
      log.warn("the publisher's listener has failed", e);
    }
  }

  /** Marks the host as ended; its instances still run, and stay. */
  private void end(HostClaim claim) {
    Thread.interrupted(); // by close(), which waits for this
    try (EtcdClient last = FleetClient.open(settings, LAST_CALLS)) {
      claim.end(last);
    } catch (IOException e) {
      log.debug("the end of this host is not in etcd; its lease will end", e);
    } catch (InterruptedException e) {
      // close() gives up
    }
  }

  /** Marks the host as ended and stops; within a second. Idempotent. */
  @Override
  public void close() {
    closing = true;
    subscription.close();
    thread.interrupt();
    try {
      thread.join(LAST_CALLS.multipliedBy(2).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    etcd.close();
  }
}
