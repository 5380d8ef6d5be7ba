package dev.koi.core.dispatch;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.status.ListenerStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Passes each change to every listener's mailbox.
 *
 * <p>The table calls one method at a time; so a new listener joins without a gap. Any thread may
 * close.
 */
final class Dispatcher {

  private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicInteger number = new AtomicInteger();
  private volatile boolean closed;

  /**
   * Adds a listener, which is first notified of the present picture.
   *
   * @param instances all that are present
   * @param connections of the runtimes that have been connected, by backend
   */
  InstanceTable.Registration add(
      Options options,
      Consumer<? super RuntimeEvent> listener,
      Collection<Instance> instances,
      Map<String, Target.Connection> connections) {
    int place = number.incrementAndGet();
    String name = options.name().orElse("koi-listener-" + place);
    Mailbox mailbox = new Mailbox(name, options, listener, sequence::incrementAndGet);
    instances.forEach(mailbox::putPresent);
    connections.forEach(mailbox::putLast);
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
    return patience -> {
      remove(mailbox);
      Mailbox.awaitEnd(List.of(mailbox), System.nanoTime() + patience.toNanos());
    };
  }

  private void remove(Mailbox mailbox) {
    mailboxes.remove(mailbox);
    mailbox.stop();
  }

  /** The instance is there, like this. */
  void present(Instance instance) {
    mailboxes.forEach(mailbox -> mailbox.putPresent(instance));
  }

  /** The instance is not there. */
  void absent(String backend, String id) {
    mailboxes.forEach(mailbox -> mailbox.putAbsent(backend, id));
  }

  /** A runtime is connected, and what it shows has been passed on; or it is lost. */
  void connection(String backend, Target.Connection connection) {
    mailboxes.forEach(mailbox -> mailbox.putLast(backend, connection));
  }

  /** Returns the status of each listener, in the order they were added. */
  List<ListenerStatus> status() {
    return mailboxes.stream().map(Mailbox::status).toList();
  }

  /** Ends all notifications; waits for calls under way, all together no longer than that. */
  void close(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    closed = true;
    List<Mailbox> all = List.copyOf(mailboxes);
    all.forEach(this::remove);
    Mailbox.awaitEnd(all, deadline);
  }
}
