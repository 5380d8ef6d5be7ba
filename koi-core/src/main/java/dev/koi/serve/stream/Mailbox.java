package dev.koi.serve.stream;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.RuntimeEvent.Stopped;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The changes that one client has not been sent yet, at most one for each instance: a later change
 * takes the place of an earlier one. So a slow client costs memory for the instances that are
 * there, and not for the changes that it misses.
 *
 * <p>Therefore frames do not leave in the order of their numbers. A frame has an id only if nothing
 * with a lower number waits behind it: a client that resumes from its last id misses nothing. It
 * may be sent again what it knows.
 *
 * <p>With a filter, an instance that begins to match is sent as started, and one that ceases to
 * match as stopped. Thread-safe.
 */
final class Mailbox {

  /**
   * The changes of one instance or backend that wait for the client, merged.
   *
   * @param since the number of the first change that is in here
   * @param was what the client knows; null if it does not know the instance
   * @param end the last end of the instance that is in here; null if there is none
   * @param now the last change
   * @param unsure the client resumes: it may know a later state than {@code was}
   */
  private record Pending(long since, Instance was, Change end, Change now, boolean unsure) {}

  /** Stands for the end of the picture, or of the missed changes. */
  private static final Key SYNCED = new Key("", "");

  private final Predicate<? super Instance> filter;
  private final Object lock = new Object();
  private final Map<Key, Pending> pending = new LinkedHashMap<>(); // guarded by lock
  private final Map<String, Boolean> connected = new HashMap<>(); // as sent; guarded by lock
  private byte[] synced; // null before the end of the picture; guarded by lock
  private boolean resumable; // from now on, frames may have ids; guarded by lock
  private long last; // the number of the last change, sent or not; guarded by lock
  private long lastId; // as sent; guarded by lock

  /** Makes the mailbox of a client that knows everything up to that number, or nothing. */
  Mailbox(Predicate<? super Instance> filter, long last, boolean resumed) {
    this.filter = filter;
    this.last = last;
    this.lastId = resumed ? last : 0;
    this.resumable = resumed;
  }

  /** Puts in the present picture. */
  void putPicture(Collection<Change> levels) {
    synchronized (lock) {
      for (Change level : levels) {
        Change change = level.key().isConnection() ? level : level.level();
        put(change, new Pending(change.number(), null, null, change, false));
      }
    }
  }

  /** Puts in changes that the client may have missed. */
  void putMissed(Collection<Change> changes) {
    synchronized (lock) {
      changes.forEach(change -> put(change, true));
    }
  }

  /** Puts in a change that has just happened. */
  void put(Change change) {
    synchronized (lock) {
      put(change, false);
    }
  }

  /** Marks the end of the picture with that frame. */
  void putSynced(byte[] frame) {
    synchronized (lock) {
      synced = frame;
      pending.put(SYNCED, new Pending(last + 1, null, null, null, false));
    }
  }

  private void put(Change change, boolean unsure) {
    last = change.number();
    Key key = change.key();
    if (key.isConnection()) {
      pending.remove(key); // it follows the changes that it is about
      put(change, new Pending(last, null, null, change, unsure));
    } else if (matches(change.before()) || matches(change.after())) {
      Pending before = pending.get(key);
      Instance was = matches(change.before()) ? change.before() : null;
      Pending merged =
          before == null
              ? new Pending(last, was, end(change, null), change, unsure)
              : new Pending(
                  before.since, before.was, end(change, before.end), change, before.unsure);
      put(change, merged);
    }
  }

  private static Change end(Change change, Change before) {
    return change.event() instanceof Stopped ? change : before;
  }

  private void put(Change change, Pending merged) {
    boolean unnoticed =
        !change.key().isConnection()
            && !merged.unsure
            && merged.was == null
            && !matches(change.after());
    if (unnoticed) {
      pending.remove(change.key()); // it came and went, and must not pile up
    } else {
      pending.put(change.key(), merged);
    }
  }

  private boolean matches(Instance instance) {
    return instance != null && filter.test(instance);
  }

  boolean isEmpty() {
    synchronized (lock) {
      return pending.isEmpty();
    }
  }

  /**
   * Takes out the oldest changes, as frames.
   *
   * @param enough takes no more once there are so many bytes
   * @param ping whether to append a ping, with which the client's id moves on even if all changes
   *     are of instances that it does not see
   */
  byte[] take(int enough, boolean ping) {
    ByteArrayOutputStream taken = new ByteArrayOutputStream(1 << 12);
    synchronized (lock) {
      Iterator<Map.Entry<Key, Pending>> oldest = pending.entrySet().iterator();
      while (oldest.hasNext() && taken.size() < enough) {
        Map.Entry<Key, Pending> next = oldest.next();
        oldest.remove();
        List<byte[]> frames = frames(next.getKey(), next.getValue());
        for (int i = 0; i < frames.size(); i++) {
          if (i == frames.size() - 1) { // the client needs the others, too
            writeId(taken);
          }
          taken.writeBytes(frames.get(i));
        }
      }
      if (ping) {
        writeId(taken);
        taken.writeBytes(Frames.PING);
      }
    }
    return taken.toByteArray();
  }

  private void writeId(ByteArrayOutputStream taken) {
    long known = pending.isEmpty() ? last : pending.values().iterator().next().since - 1;
    if (resumable && known > lastId) {
      lastId = known;
      taken.writeBytes(Frames.id(known));
    }
  }

  private List<byte[]> frames(Key key, Pending next) {
    if (key.equals(SYNCED)) {
      resumable = true; // with an earlier id, a client would resume a picture that it does not have
      return List.of(synced);
    }
    return key.isConnection() ? connectionFrames(next) : instanceFrames(next);
  }

  private List<byte[]> connectionFrames(Pending next) {
    RuntimeEvent event = next.now.event();
    boolean up = !(event instanceof BackendDisconnected);
    Boolean was = connected.put(event.backend(), up);
    if (was != null && was == up && !next.unsure) {
      return List.of();
    }
    byte[] listed =
        event instanceof BackendSynced
            ? next.now.frame()
            : Frames.of(new BackendSynced(event.backend(), event.time(), event.sequence()));
    if (was == null && !up) { // even if it is lost again, its list is complete
      return List.of(listed, next.now.frame());
    }
    return List.of(up && (was == null || was) ? listed : next.now.frame());
  }

  private List<byte[]> instanceFrames(Pending next) {
    Instance was = next.was;
    Instance now = matches(next.now.after()) ? next.now.after() : null;
    if (now == null) {
      return List.of(stopped(next));
    } else if (was == null) {
      return List.of(next.now.level().frame());
    } else if (Objects.equals(was, next.now.before())) { // the usual case: nothing was merged
      return List.of(next.now.frame());
    } else if (!was.sameLife(now)) {
      return List.of(stopped(next), next.now.level().frame());
    }
    List<String> changed = was.changedFields(now);
    if (changed.isEmpty()) {
      return next.unsure ? List.of(next.now.level().frame()) : List.of();
    }
    return List.of(next.now.since(was, changed).frame());
  }

  private static byte[] stopped(Pending next) {
    if (next.end != null && (next.was == null || next.was.equals(next.end.before()))) {
      return next.end.frame();
    }
    RuntimeEvent event = next.now.event();
    Instance known = next.was == null ? next.now.before() : next.was;
    return Frames.of(new Stopped(event.backend(), event.time(), event.sequence(), known));
  }
}
