package dev.koi.core.supervise;

import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.spi.RuntimeInfo;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one entry, for {@code status()}, the log and, when its runtime is lost or back, the
 * listeners. Thread-safe.
 */
final class EntryStatus {

  private static final Logger log = LoggerFactory.getLogger(BackendSupervisor.class);

  /** A logger of its own, for applications that report a wrong configuration themselves. */
  private static final Logger configuration = LoggerFactory.getLogger("dev.koi.configuration");

  private static final String LIMITED = "connected, limited"; // as logged

  private final BackendSettings entry;
  private final InstanceTable table;

  private final Object lock = new Object();
  private BackendState state = BackendState.CONNECTING; // guarded by lock
  private Instant since = Instant.now(); // guarded by lock
  private String reason = ""; // guarded by lock
  private String gaps = ""; // what the runtime's last answers lack; guarded by lock
  private RuntimeInfo runtime; // null unless connected; guarded by lock
  private Instant nextAttempt; // null unless the entry waits for one; guarded by lock
  private int losses; // guarded by lock
  private boolean loggedUp; // guarded by lock
  private final Set<String> logged = new HashSet<>(); // since then; guarded by lock

  EntryStatus(BackendSettings entry, InstanceTable table) {
    this.entry = entry;
    this.table = table;
  }

  BackendStatus get(Activity activity, int abandoned) {
    synchronized (lock) {
      return new BackendStatus(
          entry.name(),
          entry.type(),
          entry.enabled(),
          state,
          since,
          state == BackendState.CONNECTED ? reasonWithGaps() : reason,
          Optional.ofNullable(nextAttempt),
          Optional.ofNullable(runtime),
          table.count(entry.name()),
          activity.snapshot(table.changes(entry.name()), abandoned));
    }
  }

  void connected(RuntimeInfo runtime, String limitation) {
    enter(BackendState.CONNECTED, limitation, runtime);
    table.up(entry.name()); // last: a pending report of the loss checks the state
  }

  /** The connected runtime is limited in another way than before, or not any more if blank. */
  void limited(String limitation) {
    synchronized (lock) {
      if (state == BackendState.CONNECTED) {
        reason = limitation;
        if (limitation.isEmpty()) {
          log.info("{} works without limits again", entry.name());
          logged.remove(LIMITED);
        } else {
          logOnce();
        }
      }
    }
  }

  /** The runtime's last answers lack this; the backend itself logs it. */
  void incomplete(String gaps) {
    synchronized (lock) {
      this.gaps = gaps;
    }
  }

  /** Koi is closed; no other state follows. */
  void closed() {
    synchronized (lock) {
      since = state == BackendState.CLOSED ? since : Instant.now();
      state = BackendState.CLOSED;
      reason = "Koi is closed";
      runtime = null;
      nextAttempt = null;
    }
  }

  private String reasonWithGaps() {
    return reason.isEmpty() || gaps.isEmpty() ? reason + gaps : reason + "; " + gaps;
  }

  /**
   * The attempt or the session has failed.
   *
   * @return the number of this loss, for {@link #report}; 0 if the entry was not connected
   */
  int failed(BackendState state, String reason) {
    synchronized (lock) {
      return enter(state, reason, null) == BackendState.CONNECTED ? losses : 0;
    }
  }

  /** Returns the state before. */
  private BackendState enter(BackendState next, String reason, RuntimeInfo runtime) {
    synchronized (lock) {
      BackendState before = state;
      if (before == BackendState.CLOSED) {
        return before;
      }
      since = before == next ? since : Instant.now();
      state = next;
      this.reason = reason;
      this.runtime = runtime;
      if (before == BackendState.CONNECTED && next != before) {
        losses++;
      }
      if (next == BackendState.CONNECTED || !loggedUp) {
        logOnce(); // a loss is logged when listeners are notified, after the grace
      }
      table.changed();
      return before;
    }
  }

  /** Tells listeners of that loss, unless the runtime is back or was lost again since. */
  void report(int loss, String reason) {
    synchronized (lock) {
      if (loss == losses && state != BackendState.CONNECTED && state != BackendState.CLOSED) {
        table.down(entry.name(), reason);
        logOnce();
      }
    }
  }

  void waitsUntil(Instant moment) {
    synchronized (lock) {
      nextAttempt = state == BackendState.CLOSED ? null : moment;
    }
  }

  /** Logs each state once while it is up or down: a day without an engine is a few lines. */
  private void logOnce() {
    boolean up = state == BackendState.CONNECTED;
    if (up != loggedUp) {
      loggedUp = up;
      logged.clear();
    }
    String limit = up && !reason.isEmpty() ? "; " + reason : "";
    if (!logged.add(limit.isEmpty() ? state.wireName() : LIMITED)) {
      return;
    }
    if (up) {
      String who = (runtime.product() + " " + runtime.version()).strip();
      log.info("{} is {}: {}", entry.name(), state.wireName(), who + limit);
    } else if (state == BackendState.MISCONFIGURED) {
      configuration.warn("{} is {}: {}", entry.name(), state.wireName(), reason);
    } else {
      log.info("{} is {}: {}", entry.name(), state.wireName(), reason);
    }
  }
}
