package dev.koi.core.dispatch;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.status.ListenerStatus;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Passes what is true to every listener's mailbox.
 *
 * <p>Its caller, the one writer of what is true, calls one method at a time; that is what lets a
 * new listener join without a gap. Only closing may come from any thread.
 */
@Singleton
public final class Dispatcher {

  private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
  private final Set<Thread> closers = ConcurrentHashMap.newKeySet();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicInteger number = new AtomicInteger();
  private volatile boolean closed;

  /** Makes one without listeners. */
  @Inject
  public Dispatcher() {}

  /**
   * Adds a listener, which first hears the picture as it is.
   *
   * @param instances all that are present
   * @param down the backends out of sight, with the reason
   * @return a handle to remove it again
   */
  public Handle add(
      Consumer<? super RuntimeEvent> listener,
      Collection<Instance> instances,
      Map<String, String> down) {
    Mailbox mailbox =
        new Mailbox(
            Integer.toString(number.incrementAndGet()), listener, sequence::incrementAndGet);
    instances.forEach(mailbox::putPresent);
    down.forEach(mailbox::putDown);
    mailboxes.add(mailbox);
    if (closed) {
      remove(mailbox); // close() may not have seen it
    }
    try {
      mailbox.start();
    } catch (OutOfMemoryError e) { // what the JVM throws when it gets no more threads
      remove(mailbox);
      throw e;
    }
    return new Handle(mailbox);
  }

  private void remove(Mailbox mailbox) {
    mailboxes.remove(mailbox);
    mailbox.stop();
  }

  /** The instance is there, like this. */
  public void present(Instance instance) {
    mailboxes.forEach(mailbox -> mailbox.putPresent(instance));
  }

  /** The instance is not there. */
  public void absent(String backend, String id) {
    mailboxes.forEach(mailbox -> mailbox.putAbsent(backend, id));
  }

  /** The backend's runtime is in sight, and all corrections have been passed on. */
  public void up(String backend) {
    mailboxes.forEach(mailbox -> mailbox.putUp(backend));
  }

  /** The backend's runtime is out of sight. */
  public void down(String backend, String reason) {
    mailboxes.forEach(mailbox -> mailbox.putDown(backend, reason));
  }

  /** Returns how each listener keeps up, in the order they were added. */
  public List<ListenerStatus> status() {
    return mailboxes.stream().map(Mailbox::status).toList();
  }

  /** Ends all telling; waits for calls under way, all together no longer than that. */
  public void close(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    closed = true;
    List<Mailbox> all = List.copyOf(mailboxes);
    all.forEach(this::remove);
    awaitEnd(all, deadline);
  }

  private void awaitEnd(List<Mailbox> ended, long deadline) {
    Thread self = Thread.currentThread();
    closers.add(self);
    try {
      ended.forEach(mailbox -> mailbox.awaitEnd(deadline, closers));
    } finally {
      closers.remove(self);
    }
  }

  /** One listener's place in the dispatcher. */
  public final class Handle {
    private final Mailbox mailbox;

    private Handle(Mailbox mailbox) {
      this.mailbox = mailbox;
    }

    /**
     * Removes the listener. When it returns the listener is not called any more, unless this is
     * called by the listener itself, or the listener has not returned in time and was interrupted.
     */
    public void close(Duration patience) {
      remove(mailbox);
      awaitEnd(List.of(mailbox), System.nanoTime() + patience.toNanos());
    }
  }
}
