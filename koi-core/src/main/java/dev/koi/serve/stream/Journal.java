package dev.koi.serve.stream;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.RuntimeEvent.Stopped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The present picture, the last changes of it, and the mailboxes of the clients. It numbers each
 * change.
 *
 * <p>A client's mailbox gets the picture, or the changes that the client missed, and is registered
 * in one step, so that no change is lost in between. Thread-safe.
 */
final class Journal implements Consumer<RuntimeEvent> {

  /**
   * A client's place.
   *
   * @param resumed whether the mailbox has the missed changes, and not the whole picture
   * @param instances how many instances the client can see
   */
  record Opened(Mailbox mailbox, boolean resumed, int instances) {}

  private final int maxChanges;
  private final int maxBytes;
  private final Object lock = new Object();
  private final Map<Key, Change> levels = new LinkedHashMap<>(); // the picture; guarded by lock
  private final Deque<Change> changes = new ArrayDeque<>(); // the last ones; guarded by lock
  private final Set<Mailbox> mailboxes = new LinkedHashSet<>(); // guarded by lock
  private Set<String> missing; // backends to hear of first; null if unknown; guarded by lock
  private Set<String> unlisted = Set.of(); // other backends that may come; guarded by lock
  private int bytes; // of the frames in changes; guarded by lock
  private long forgotten; // the number of the change before the first in changes; guarded by lock
  private long last; // the number of the last change; guarded by lock

  /**
   * Makes an empty journal.
   *
   * @param start of the numbers; greater than each that an earlier process has given
   * @param maxChanges how many changes it remembers
   * @param maxBytes how large their frames may be together
   */
  Journal(long start, int maxChanges, int maxBytes) {
    this.forgotten = start;
    this.last = start;
    this.maxChanges = maxChanges;
    this.maxBytes = maxBytes;
  }

  @Override
  public void accept(RuntimeEvent event) {
    synchronized (lock) {
      Change before = levels.get(Key.of(event));
      if (event instanceof BackendSynced && before != null && isUp(before)) {
        return; // after each Reconnected
      }
      Change change = new Change(++last, event);
      if (event instanceof Stopped) {
        levels.remove(change.key());
      } else {
        levels.put(change.key(), change);
      }
      remember(change);
      mailboxes.forEach(mailbox -> mailbox.put(change));
      if (change.key().isConnection() && missing != null) {
        unlisted.remove(event.backend());
        if (missing.remove(event.backend())) {
          completeIfNothingIsMissing();
        }
      }
    }
  }

  private static boolean isUp(Change connection) {
    return !(connection.event() instanceof BackendDisconnected);
  }

  private void remember(Change change) {
    changes.add(change);
    bytes += change.frame().length;
    while (changes.size() > maxChanges || bytes > maxBytes) {
      Change oldest = changes.remove();
      bytes -= oldest.frame().length;
      forgotten = oldest.number();
      // The state before it is not needed any more.
      levels.computeIfPresent(
          oldest.key(),
          (key, level) -> level == oldest && !key.isConnection() ? level.level() : level);
    }
  }

  /**
   * Declares the first picture complete as soon as the connected backends have been heard of. Until
   * then, no client is sent that its picture is complete: it would forget what it knows from before
   * a restart of this process.
   *
   * @param others backends that may connect later; each client is sent the names of those that have
   *     not, and keeps what it knows of them
   */
  void completeWith(Collection<String> connected, Collection<String> others) {
    synchronized (lock) {
      missing = unheard(connected);
      unlisted = unheard(others);
      completeIfNothingIsMissing();
    }
  }

  private Set<String> unheard(Collection<String> backends) {
    Set<String> unheard = new TreeSet<>(backends);
    unheard.removeIf(backend -> levels.containsKey(new Key(backend, "")));
    return unheard;
  }

  private void completeIfNothingIsMissing() {
    if (missing.isEmpty()) {
      byte[] synced = Frames.synced(unlisted);
      mailboxes.forEach(mailbox -> mailbox.putSynced(synced));
    }
  }

  /**
   * Registers the mailbox of a client.
   *
   * @param lastId the last id that the client was sent, perhaps by another process
   */
  Opened open(OptionalLong lastId, Predicate<? super Instance> filter) {
    synchronized (lock) {
      long known = lastId.orElse(-1);
      List<Change> instances =
          levels.values().stream()
              .filter(level -> !level.key().isConnection() && filter.test(level.after()))
              .toList();
      boolean resumed = known >= forgotten && known <= last;
      Mailbox mailbox = new Mailbox(filter, resumed ? known : last, resumed);
      if (resumed) {
        mailbox.putMissed(changes.stream().filter(c -> c.number() > known).toList());
      } else {
        List<Change> picture = new ArrayList<>(instances);
        levels.values().stream().filter(level -> level.key().isConnection()).forEach(picture::add);
        mailbox.putPicture(picture);
      }
      if (missing != null && missing.isEmpty()) {
        mailbox.putSynced(Frames.synced(unlisted));
      }
      mailboxes.add(mailbox);
      return new Opened(mailbox, resumed, instances.size());
    }
  }

  /** Removes the mailbox of a client that is gone. */
  void close(Mailbox mailbox) {
    synchronized (lock) {
      mailboxes.remove(mailbox);
    }
  }
}
