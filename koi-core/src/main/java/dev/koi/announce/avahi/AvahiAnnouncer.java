package dev.koi.announce.avahi;

import static java.util.Objects.requireNonNull;

import dev.koi.announce.Announcement;
import dev.koi.announce.AnnouncementState;
import dev.koi.announce.MdnsAnnouncer;
import dev.koi.announce.MdnsStatus;
import dev.koi.announce.avahi.Daemon.Received;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces by the Avahi daemon of this host. It waits for Avahi if that does not run, and
 * announces everything again if Avahi is started again.
 *
 * <p>Avahi withdraws everything when Koi ends in any way, because the connection ends with it.
 */
public final class AvahiAnnouncer implements MdnsAnnouncer {

  private static final Received WAKE = new Received(0, new Bus.Signal("", "wake", List.of()));
  private static final Logger log = LoggerFactory.getLogger(AvahiAnnouncer.class);
  private static final long AFTER_ERROR = TimeUnit.SECONDS.toNanos(5);
  private static final long GOODBYE = 1_500; // milliseconds

  private final BlockingQueue<Received> inbox = new LinkedBlockingQueue<>();
  private final LongSupplier nanoTime;
  private final Convergence convergence; // of the thread
  private final Runnable changed;
  private final Thread thread = new Thread(this::run, "koi-announce-avahi");

  private volatile List<Announcement> wanted = List.of();
  private volatile boolean closed;
  private volatile Map<Announcement.Key, AnnouncementState> states = Map.of();
  private volatile MdnsStatus status;

  private AvahiAnnouncer(Bus.Connector connector, Clock clock, Runnable changed) {
    long start = System.nanoTime();
    this.nanoTime = () -> System.nanoTime() - start;
    this.changed = requireNonNull(changed, "changed");
    this.convergence = new Convergence(connector, nanoTime, clock, inbox::add);
    this.status = convergence.status();
    thread.setDaemon(true);
  }

  /**
   * Starts one, which connects to the system bus on a thread of its own.
   *
   * @param changed see {@link MdnsAnnouncer}
   */
  public static AvahiAnnouncer start(Runnable changed) {
    String address = SystemBus.address();
    return start(signals -> SystemBus.connect(address, signals), Clock.systemUTC(), changed);
  }

  static AvahiAnnouncer start(Bus.Connector connector, Clock clock, Runnable changed) {
    AvahiAnnouncer announcer = new AvahiAnnouncer(connector, clock, changed);
    announcer.thread.start();
    return announcer;
  }

  @Override
  public void announce(Collection<Announcement> wanted) {
    this.wanted = List.copyOf(wanted);
    inbox.add(WAKE);
  }

  @Override
  public Map<Announcement.Key, AnnouncementState> states() {
    return states;
  }

  @Override
  public MdnsStatus status() {
    return status;
  }

  private void run() {
    List<Received> signals = new ArrayList<>();
    try {
      while (!closed) {
        long due = step(signals);
        publish();
        signals.clear();
        Received first = inbox.poll(due - nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
        if (first != null) {
          signals.add(first);
          inbox.drainTo(signals);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by close(), which has waited for long
    } finally {
      convergence.close();
    }
  }

  private long step(List<Received> signals) {
    try {
      return convergence.step(signals, wanted);
    } catch (RuntimeException e) {
      log.error("an unexpected answer of Avahi", e);
      convergence.lost(e);
      return nanoTime.getAsLong() + AFTER_ERROR;
    }
  }

  private void publish() {
    Map<Announcement.Key, AnnouncementState> newStates = convergence.states();
    MdnsStatus newStatus = convergence.status();
    if (!newStates.equals(states) || !newStatus.equals(status)) {
      states = Map.copyOf(newStates);
      status = newStatus;
      changed.run();
    }
  }

  @Override
  public void close() {
    closed = true;
    inbox.add(WAKE);
    try {
      thread.join(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
