package dev.koi.core.supervise;

import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one entry of the configuration connected while Koi runs. Its thread makes one {@link
 * Session} after the other, with pauses in between, and keeps the deadlines of all calls.
 */
public final class BackendSupervisor {

  private static final Logger log = LoggerFactory.getLogger(BackendSupervisor.class);

  /** After a session of this length the next pause is the shortest again. */
  private static final long HEALTHY_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** The longest pause before a runtime on a local socket is tried again: trying costs little. */
  private static final Duration LOCAL = Duration.ofSeconds(5);

  private final BackendSettings entry;
  private final RuntimeBackend backend;
  private final Timing timing;
  private final InstanceTable table;
  private final RuntimeOwners owners;
  private final RandomGenerator random;
  private final Timekeeper time;
  private final Activity activity = new Activity();
  private final BackendCalls calls;
  private final Backoff backoff;
  private final WatchOrPoll watchOrPoll = new WatchOrPoll();
  private final EntryStatus status;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private String endpoint = ""; // of the last session

  /** Makes one; {@link #start} begins. */
  public BackendSupervisor(
      BackendSettings entry,
      RuntimeBackend backend,
      Timing timing,
      InstanceTable table,
      RuntimeOwners owners,
      RandomGenerator random) {
    this(entry, backend, timing, table, owners, random, Timekeeper.REAL);
  }

  BackendSupervisor(
      BackendSettings entry,
      RuntimeBackend backend,
      Timing timing,
      InstanceTable table,
      RuntimeOwners owners,
      RandomGenerator random,
      Timekeeper time) {
    this.entry = entry;
    this.backend = backend;
    this.timing = timing;
    this.table = table;
    this.owners = owners;
    this.random = random;
    this.time = time;
    this.calls = new BackendCalls(activity, task -> daemon(task, "koi-worker-" + entry.name()));
    this.backoff = new Backoff(timing.backoffMin(), timing.backoffMax(), random);
    this.status = new EntryStatus(entry, table);
    this.thread = daemon(this::run, "koi-backend-" + entry.name());
  }

  private Thread daemon(Runnable task, String name) {
    Thread made = new Thread(task, name);
    made.setDaemon(true);
    made.setContextClassLoader(backend.getClass().getClassLoader()); // libraries look there
    return made;
  }

  /** Begins; returns at once. */
  public void start() {
    thread.start();
  }

  /** Returns the entry's name. */
  public String name() {
    return entry.name();
  }

  /** Returns the entry's status. */
  public BackendStatus status() {
    return status.get(activity, calls.abandoned());
  }

  private void run() {
    boolean again = true;
    while (again && closed.getCount() > 0) {
      try {
        again = attempt();
      } catch (Throwable e) {
        // Not even what goes wrong in dealing with a loss, as without memory, ends this loop.
      }
      if (again) {
        pause(backoff.next(isLocal() ? LOCAL : timing.backoffMax()));
      }
    }
  }

  private boolean isLocal() {
    return endpoint.startsWith("unix:") || endpoint.startsWith("npipe:");
  }

  /** Connects and follows; returns whether another attempt makes sense. */
  private boolean attempt() {
    boolean connected = false;
    owners.begins(entry);
    try (Session session =
        Session.connect(backend, entry, timing, table, calls, activity, random, status)) {
      RuntimeInfo runtime = session.runtime();
      endpoint = runtime.endpoint();
      owners.claim(entry, endpoint, session::giveWay);
      if (watchOrPoll.shouldWatch()) {
        session.watch();
      } else {
        session.doNotWatch("its stream of changes ends as soon as it has begun");
      }
      session.takeFirstPicture();
      connected = true;
      long since = time.now();
      activity.connects.increment();
      status.connected(runtime, session.limitation());
      follow(session, since);
    } catch (BackendUnavailableException e) {
      lost(BackendState.UNAVAILABLE, e);
    } catch (MisconfiguredException e) {
      lost(BackendState.MISCONFIGURED, e);
      return false;
    } catch (InterruptedException e) {
      lost(BackendState.FAILED, new IOException("interrupted", e));
    } catch (Throwable e) { // a stranger's code may throw anything; this loop must not end
      lost(BackendState.FAILED, e);
    }
    if (!connected) {
      watchOrPoll.failed();
    }
    return true;
  }

  /** Follows the runtime until it is lost, and learns from how long that took. */
  private void follow(Session session, long since) throws IOException, InterruptedException {
    try {
      session.follow();
    } finally {
      long lasted = time.now() - since;
      if (session.limitation().isEmpty()) {
        watchOrPoll.watched(lasted);
      } else {
        watchOrPoll.polled();
      }
      if (lasted > HEALTHY_NANOS) {
        backoff.reset();
      }
    }
  }

  private void pause(Duration pause) {
    status.waitsUntil(Instant.now().plus(pause));
    try {
      time.pause(pause, closed);
    } catch (InterruptedException e) {
      // close() counts down as well; any other interrupt only shortens the pause
    }
    status.waitsUntil(null);
  }

  private void lost(BackendState state, Throwable cause) {
    if (closed.getCount() == 0) {
      return;
    }
    if (owners.ended(entry)) {
      table.withdraw(entry.name(), System.nanoTime());
    }
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    int loss = status.failed(state, reason);
    log.debug("{}: {}", entry.name(), reason, cause);
    if (loss > 0) {
      time.after(
          timing.disconnectGrace(),
          () -> {
            if (closed.getCount() > 0) {
              status.report(loss, reason);
            }
          });
    }
  }

  /** Begins to end; returns at once. */
  public void stop() {
    closed.countDown();
    status.closed();
    thread.interrupt();
  }

  /** Waits for the end, until that moment of {@link System#nanoTime}. */
  public void awaitEnd(long deadline) throws InterruptedException {
    try {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
    } finally {
      calls.close(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
  }
}
