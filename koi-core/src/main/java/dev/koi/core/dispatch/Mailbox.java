package dev.koi.core.dispatch;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.status.ListenerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes that one listener has not been notified of, and the thread that notifies it.
 *
 * <p>Putting is cheap and never waits for the listener. Thread-safe.
 */
final class Mailbox {

  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  /** One instance, or with an empty id the backend itself. */
  private record Key(String backend, String id) {}

  /** On a thread that is in a call of a listener: that listener's. */
  private static final ThreadLocal<Mailbox> CALLING = new ThreadLocal<>();

  private final Options options;
  private final Consumer<? super RuntimeEvent> listener;
  private final LongSupplier sequence;
  private final Thread worker;

  private final Object lock = new Object();
  private final Map<Key, Target> dirty = new LinkedHashMap<>(); // guarded by lock
  private final Map<Key, Instance> lastTold = new HashMap<>(); // or being told; guarded by lock
  private boolean closed; // guarded by lock
  private boolean telling; // guarded by lock
  private int closing; // calls of awaitEnd that the listener itself is in; guarded by lock
  private long tellingSince; // by System.nanoTime, while telling; guarded by lock
  private long told; // guarded by lock
  private long conflated; // guarded by lock
  private long failures; // guarded by lock

  /** By backend, what the listener knows of its runtime; only the worker touches it. */
  private final Map<String, Target.Connection> connections = new HashMap<>();

  /** Makes a mailbox; the listener is not called before {@link #start}. */
  Mailbox(
      String name,
      Options options,
      Consumer<? super RuntimeEvent> listener,
      LongSupplier sequence) {
    this.options = options;
    this.listener = listener;
    this.sequence = sequence;
    this.worker = new Thread(this::work, name);
    worker.setDaemon(true);
  }

  void start() {
    worker.start();
  }

  void putPresent(Instance instance) {
    put(new Key(instance.backend(), instance.id()), new Target.Present(instance));
  }

  void putAbsent(String backend, String id) {
    Key key = new Key(backend, id);
    synchronized (lock) {
      if (lastTold.containsKey(key)) {
        put(key, new Target.Absent());
      } else if (dirty.remove(key) != null) {
        conflated++; // it came and went unnoticed, and must not pile up while the listener blocks
      }
    }
  }

  private void put(Key key, Target target) {
    synchronized (lock) {
      if (!closed && options.wantsBackend(key.backend())) {
        // A key that waits already keeps its place.
        if (dirty.put(key, target) != null) {
          conflated++;
        }
        lock.notifyAll();
      }
    }
  }

  /** Behind all others: Synced and Reconnected follow the changes that they are about. */
  void putLast(String backend, Target.Connection target) {
    Key key = new Key(backend, "");
    synchronized (lock) {
      if (!closed && options.wantsBackend(backend)) {
        if (dirty.remove(key) != null) {
          conflated++;
        }
        dirty.put(key, target);
        lock.notifyAll();
      }
    }
  }

  private void work() {
    while (true) {
      Key key;
      Target target;
      Instance was;
      synchronized (lock) {
        telling = false;
        lock.notifyAll();
        while (dirty.isEmpty() && !closed) {
          try {
            lock.wait();
          } catch (InterruptedException e) {
            // only stop() ends this thread; an interrupt may be a listener's own, left behind
          }
        }
        if (closed) {
          return;
        }
        Iterator<Map.Entry<Key, Target>> oldest = dirty.entrySet().iterator();
        Map.Entry<Key, Target> entry = oldest.next();
        key = entry.getKey();
        target = entry.getValue();
        oldest.remove();
        // Recorded before the call: a listener that throws is not notified twice of one state.
        was =
            target instanceof Target.Present present
                ? lastTold.put(key, present.instance())
                : lastTold.remove(key);
        telling = true;
        tellingSince = System.nanoTime();
      }
      deliver(key.backend(), was, target);
    }
  }

  private void deliver(String backend, Instance was, Target target) {
    if (target instanceof Target.Present present) {
      deliver(backend, was, present.instance());
    } else if (target instanceof Target.Absent) {
      tellStopped(backend, was);
    } else if (target instanceof Target.Connection connection) {
      deliver(backend, connections.put(backend, connection), connection);
    }
  }

  private void deliver(String backend, Target.Connection was, Target.Connection now) {
    if (now instanceof Target.Down down) {
      if (!(was instanceof Target.Down)) {
        tell(
            new RuntimeEvent.BackendDisconnected(
                backend, Instant.now(), sequence.getAsLong(), down.reason()));
      }
    } else if (!(was instanceof Target.Up)) {
      if (was instanceof Target.Down) {
        tell(new RuntimeEvent.BackendReconnected(backend, Instant.now(), sequence.getAsLong()));
      }
      tell(new RuntimeEvent.BackendSynced(backend, Instant.now(), sequence.getAsLong()));
    }
  }

  private void deliver(String backend, Instance was, Instance now) {
    if (was != null && was.sameLife(now)) {
      List<String> changed = was.changedFields(now);
      if (!changed.isEmpty()) {
        tell(
            new RuntimeEvent.Updated(
                backend, Instant.now(), sequence.getAsLong(), was, now, changed));
      }
      return;
    }
    if (was != null) {
      tellStopped(backend, was);
    }
    tell(new RuntimeEvent.Started(backend, Instant.now(), sequence.getAsLong(), now));
  }

  private void tellStopped(String backend, Instance was) {
    tell(new RuntimeEvent.Stopped(backend, Instant.now(), sequence.getAsLong(), was));
  }

  private void tell(RuntimeEvent event) {
    synchronized (lock) {
      if (closed || !options.wants(event)) {
        return;
      }
      told++;
    }
    try {
      if (options.executor().isEmpty()) {
        call(event);
      } else {
        callOn(options.executor().get(), event);
      }
    } catch (Throwable e) { // whatever a listener throws is its own affair
      failed(event, e);
    }
    Thread.interrupted(); // an interrupt left behind is not the next call's affair
  }

  private void call(RuntimeEvent event) {
    Mailbox outer = CALLING.get(); // an executor may call on the thread that hands over
    CALLING.set(this);
    try {
      listener.accept(event);
    } finally {
      CALLING.set(outer);
    }
  }

  private void callOn(Executor executor, RuntimeEvent event) throws Throwable {
    FutureTask<Void> call = new FutureTask<>(() -> call(event), null);
    executor.execute(call);
    try {
      call.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    } catch (InterruptedException e) {
      call.cancel(true);
      throw e;
    }
  }

  private void failed(RuntimeEvent event, Throwable failure) {
    long before;
    synchronized (lock) {
      before = failures++;
    }
    try {
      if (options.onError().isPresent()) {
        options.onError().get().accept(event, failure);
      } else if (before == 0) {
        log.warn(
            "{} failed on {}; if it fails again, it is only counted",
            worker.getName(),
            event.getClass().getSimpleName(),
            failure);
      } else {
        log.debug("{} failed again", worker.getName(), failure);
      }
    } catch (Throwable e) {
      // a stranger's exception may even fail to give its message, and a handler may fail, too
    }
  }

  ListenerStatus status() {
    synchronized (lock) {
      Duration busy = Duration.ofNanos(telling ? System.nanoTime() - tellingSince : 0);
      return new ListenerStatus(worker.getName(), dirty.size(), told, conflated, failures, busy);
    }
  }

  /** Ends all notifications, without waiting for a call that is under way. */
  void stop() {
    synchronized (lock) {
      closed = true;
      dirty.clear();
      lock.notifyAll();
    }
  }

  /**
   * Waits until none of these listeners is being called; one that takes too long is interrupted. A
   * listener that is itself in this method is not waited for: two that end each other would wait
   * for ever.
   */
  static void awaitEnd(List<Mailbox> ended, long deadline) {
    Mailbox own = CALLING.get();
    if (own != null) {
      own.closes(1);
    }
    boolean interrupted = false;
    for (Mailbox mailbox : ended) {
      interrupted |= mailbox.awaitEnd(deadline);
    }
    if (own != null) {
      own.closes(-1);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void closes(int more) {
    synchronized (lock) {
      closing += more;
      lock.notifyAll();
    }
  }

  /** Returns whether this thread was interrupted meanwhile. */
  private boolean awaitEnd(long deadline) {
    boolean interrupted = false;
    synchronized (lock) {
      long left = deadline - System.nanoTime();
      while (telling && closing == 0 && left > 0) {
        try {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        } catch (InterruptedException e) {
          interrupted = true; // and yet: once this returns, the listener is not called
        }
        left = deadline - System.nanoTime();
      }
      if (telling && closing == 0) {
        worker.interrupt();
      }
    }
    return interrupted;
  }
}
