package dev.koi.core.supervise;

import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.table.InstanceTable;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one entry of the configuration connected, for as long as Koi runs: a thread that makes one
 * {@link Session} after the other, with pauses in between.
 */
public final class BackendSupervisor {

  private static final Logger log = LoggerFactory.getLogger(BackendSupervisor.class);

  /** A runtime that was in sight so long was healthy; the next pause is the shortest again. */
  private static final long HEALTHY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final BackendSettings entry;
  private final RuntimeBackend backend;
  private final Timing timing;
  private final InstanceTable table;
  private final Claims claims;
  private final RandomGenerator random;
  private final GuardedCalls calls;
  private final Activity activity = new Activity();
  private final Timekeeper time;
  private final Backoff backoff;
  private final BriefWatches briefWatches = new BriefWatches();
  private final Thread thread;
  private final CountDownLatch firstLook = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private final Object lock = new Object();
  private BackendStatus status; // guarded by lock
  private Instant nextAttempt; // null unless it waits for one; guarded by lock
  private int losses; // guarded by lock
  private boolean up; // as last logged; guarded by lock
  private final Set<String> logged = new HashSet<>(); // since then; guarded by lock

  /** Makes one; {@link #start} begins. */
  public BackendSupervisor(
      BackendSettings entry,
      RuntimeBackend backend,
      Timing timing,
      InstanceTable table,
      Claims claims,
      RandomGenerator random) {
    this(entry, backend, timing, table, claims, random, Timekeeper.REAL);
  }

  BackendSupervisor(
      BackendSettings entry,
      RuntimeBackend backend,
      Timing timing,
      InstanceTable table,
      Claims claims,
      RandomGenerator random,
      Timekeeper time) {
    this.entry = entry;
    this.backend = backend;
    this.timing = timing;
    this.table = table;
    this.claims = claims;
    this.random = random;
    this.time = time;
    this.calls = new GuardedCalls(entry.name(), activity);
    this.backoff = new Backoff(timing.backoffMin(), timing.backoffMax(), random);
    this.status = status(BackendState.CONNECTING, "", Instant.now(), Optional.empty());
    this.thread = new Thread(this::run, "koi-backend-" + entry.name());
    thread.setDaemon(true);
  }

  /** Begins; returns at once. */
  public void start() {
    thread.start();
  }

  /** Returns how it stands. */
  public BackendStatus status() {
    synchronized (lock) {
      return status(status.state(), status.reason(), status.since(), status.runtime());
    }
  }

  /** Waits until the first attempt has come to an end, good or bad; false if that took longer. */
  public boolean awaitFirstLook(Duration patience) throws InterruptedException {
    return firstLook.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void run() {
    boolean again = true;
    while (again && closed.getCount() > 0) {
      try {
        again = attempt();
      } catch (Throwable e) {
        // Not even what goes wrong in dealing with a loss, as without memory, ends this loop.
      }
      firstLook.countDown();
      if (again) {
        pause(backoff.next());
      }
    }
  }

  /** Connects and follows; returns whether another attempt makes sense. */
  private boolean attempt() {
    boolean synced = false;
    claims.begins(entry);
    try (Session session =
        Session.connect(backend, entry, timing, table, calls, activity, random)) {
      RuntimeInfo runtime = session.runtime();
      claims.claim(entry, runtime.endpoint(), session::giveWay);
      session.sync(briefWatches.allowAnother());
      synced = true;
      long since = time.now();
      activity.connects.increment();
      enter(BackendState.CONNECTED, session.limitation(), Optional.of(runtime));
      table.up(entry.name()); // after the state, or the end of the grace could still tell it down
      firstLook.countDown();
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
    if (!synced) {
      briefWatches.failed();
    }
    return true;
  }

  /** Follows the runtime until it is lost, and learns from how long it was in sight. */
  private void follow(Session session, long since) throws IOException, InterruptedException {
    try {
      session.follow();
    } finally {
      long lasted = time.now() - since;
      if (session.limitation().isEmpty()) {
        briefWatches.watched(lasted);
      } else {
        briefWatches.listed();
      }
      if (lasted > HEALTHY_NANOS) {
        backoff.reset();
      }
    }
  }

  private void pause(Duration pause) {
    tryAgainAt(Instant.now().plus(pause));
    try {
      time.pause(pause, closed);
    } catch (InterruptedException e) {
      // close() counts down as well; any other interrupt only shortens the pause
    }
    tryAgainAt(null);
  }

  private void tryAgainAt(Instant moment) {
    synchronized (lock) {
      nextAttempt = moment;
    }
  }

  private void lost(BackendState state, Throwable cause) {
    if (closed.getCount() == 0) {
      return;
    }
    if (claims.ended(entry)) {
      table.withdraw(entry.name(), System.nanoTime());
    }
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    boolean wasConnected = enter(state, reason, Optional.empty());
    log.debug("{}: {}", entry.name(), reason, cause);
    if (wasConnected) {
      int loss;
      synchronized (lock) {
        loss = ++losses;
      }
      time.after(timing.disconnectGrace(), () -> tellDown(loss, reason));
    }
  }

  private void tellDown(int loss, String reason) {
    synchronized (lock) {
      if (loss == losses && status.state() != BackendState.CONNECTED && closed.getCount() > 0) {
        table.down(entry.name(), reason);
        logOnce();
      }
    }
  }

  /** Returns whether it was connected before. */
  private boolean enter(BackendState state, String reason, Optional<RuntimeInfo> runtime) {
    synchronized (lock) {
      BackendState before = status.state();
      status = status(state, reason, before == state ? status.since() : Instant.now(), runtime);
      if (state == BackendState.CONNECTED || !up) {
        logOnce(); // a loss is logged when it is told, after the grace
      }
      return before == BackendState.CONNECTED;
    }
  }

  /** Logs each state once for as long as it is up or down: a day without an engine is few lines. */
  private void logOnce() {
    boolean connected = status.state() == BackendState.CONNECTED;
    if (connected != up) {
      up = connected;
      logged.clear();
    }
    String limit = connected && !status.reason().isEmpty() ? "; " + status.reason() : "";
    if (logged.add(status.state().wireName() + (limit.isEmpty() ? "" : ", limited"))) {
      String who = status.runtime().map(i -> i.product() + " " + i.version()).orElse("");
      String what = connected ? who.strip() + limit : status.reason();
      log.info("{} is {}: {}", entry.name(), status.state().wireName(), what);
    }
  }

  private BackendStatus status(
      BackendState state, String reason, Instant since, Optional<RuntimeInfo> runtime) {
    return new BackendStatus(
        entry.name(),
        entry.type(),
        entry.enabled(),
        state,
        since,
        reason,
        Optional.ofNullable(nextAttempt),
        runtime,
        table.count(entry.name()),
        activity.snapshot(calls.abandoned()));
  }

  /** Begins to end; returns at once. */
  public void stop() {
    closed.countDown();
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
