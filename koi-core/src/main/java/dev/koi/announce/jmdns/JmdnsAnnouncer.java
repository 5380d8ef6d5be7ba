package dev.koi.announce.jmdns;

import static java.util.Objects.requireNonNull;

import dev.koi.announce.Announcement;
import dev.koi.announce.AnnouncementState;
import dev.koi.announce.AnnouncementState.Resting;
import dev.koi.announce.AnnouncementState.Withheld;
import dev.koi.announce.MdnsAnnouncer;
import dev.koi.announce.MdnsStatus;
import dev.koi.announce.pace.Pace;
import dev.koi.announce.pace.Rests;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Announces by JmDNS in this process, on IPv4. It is for hosts without Avahi only: beside Avahi,
 * the names of both would not be found, so it waits while another program has the port of multicast
 * DNS.
 *
 * <p>It is slower than Avahi, needs three threads for each name, and leaves its names behind for
 * two minutes if Koi is killed.
 */
public final class JmdnsAnnouncer implements MdnsAnnouncer {

  private static final int MOST_NAMES = 50; // 150 threads
  private static final int PORT = 5353;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long GOODBYE = 2; // seconds; JmDNS says goodbye three times in that time

  private final Responder.Maker maker;
  private final Supplier<String> portProblem; // why JmDNS may not run; empty if it may
  private final Clock clock;
  private final Runnable changed;
  private final Executor executor =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "koi-announce-jmdns-call");
            thread.setDaemon(true);
            return thread;
          });
  private final Semaphore changes = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "koi-announce-jmdns");

  private volatile List<Announcement> wanted = List.of();
  private volatile Map<Announcement.Key, AnnouncementState> states = Map.of();
  private volatile MdnsStatus status = status("JmDNS has not started yet", 0, 0);
  private volatile boolean closed;

  // The thread's own:
  private final Map<Announcement.Key, JmdnsPublication> publications = new TreeMap<>();
  private final Map<Announcement.Key, Resting> resting = new HashMap<>();
  private final Map<String, CompletableFuture<Void>> goodbyes = new HashMap<>(); // by host name
  private final Rests rests = new Rests();
  private final Pace pace = new Pace(10, SECOND);
  private long commits;
  private long suppressed;

  private JmdnsAnnouncer(
      Responder.Maker maker, Supplier<String> portProblem, Clock clock, Runnable changed) {
    this.maker = maker;
    this.portProblem = portProblem;
    this.clock = clock;
    this.changed = requireNonNull(changed, "changed");
    thread.setDaemon(true);
  }

  /**
   * Starts one.
   *
   * @param changed see {@link MdnsAnnouncer}
   */
  public static JmdnsAnnouncer start(Runnable changed) {
    return start(JmdnsResponder::make, JmdnsAnnouncer::portProblem, Clock.systemUTC(), changed);
  }

  static JmdnsAnnouncer start(
      Responder.Maker maker, Supplier<String> portProblem, Clock clock, Runnable changed) {
    JmdnsAnnouncer announcer = new JmdnsAnnouncer(maker, portProblem, clock, changed);
    announcer.thread.start();
    return announcer;
  }

  private static String portProblem() {
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.setReuseAddress(false); // it would share the port
      socket.bind(new InetSocketAddress(PORT));
      return "";
    } catch (IOException e) {
      return "another program, such as Avahi, has UDP port "
          + PORT
          + ": set koi.announce.mdns = auto to announce by Avahi, or end that program";
    }
  }

  @Override
  public void announce(Collection<Announcement> wanted) {
    this.wanted = List.copyOf(wanted);
    changes.release();
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
    try {
      String problem = portProblem.get();
      while (!problem.isEmpty() && !closed) {
        publish(problem);
        changes.tryAcquire(1, TimeUnit.SECONDS);
        problem = portProblem.get();
      }
      while (!closed) {
        converge();
        publish("");
        changes.tryAcquire(1, TimeUnit.SECONDS); // JmDNS reports no other names, and pauses end
        changes.drainPermits();
      }
    } catch (InterruptedException e) {
      // closed
    } finally {
      publications.values().forEach(this::end);
      publications.clear();
    }
  }

  /** Withdraws what is not wanted so any more, and announces what is wanted and may be. */
  private void converge() {
    Map<Announcement.Key, Announcement> byKey = new TreeMap<>();
    wanted.forEach(announcement -> byKey.put(announcement.key(), announcement));
    Iterator<JmdnsPublication> present = publications.values().iterator();
    while (present.hasNext()) {
      JmdnsPublication publication = present.next();
      if (!publication.announcement().equals(byKey.get(publication.announcement().key()))) {
        present.remove();
        end(publication);
      }
    }
    resting
        .keySet()
        .removeIf(
            key -> {
              boolean gone = !byKey.containsKey(key);
              suppressed += gone ? 1 : 0;
              return gone;
            });
    byKey.forEach(this::beginIfItMay);
  }

  private void beginIfItMay(Announcement.Key key, Announcement announcement) {
    long now = System.nanoTime();
    if (publications.containsKey(key) || publications.size() >= MOST_NAMES || pace.pause(now) > 0) {
      return;
    }
    long until = rests.until(announcement.hostLabel(), now);
    if (until != now) {
      resting.computeIfAbsent(
          key,
          k ->
              new Resting(
                  clock.instant().plusNanos(until - now).truncatedTo(ChronoUnit.MILLIS),
                  "it was withdrawn shortly before; each time it rests longer, up to 60 s"));
      return;
    }
    resting.remove(key);
    pace.add(now);
    commits++;
    JmdnsPublication publication = new JmdnsPublication(announcement, now);
    CompletableFuture<Void> former = goodbyes.get(announcement.hostLabel());
    publication.begin(maker, former, executor, clock, changes::release);
    publications.put(key, publication);
  }

  private void end(JmdnsPublication publication) {
    String label = publication.announcement().hostLabel();
    rests.withdrawn(label, publication.begun(), System.nanoTime());
    goodbyes.values().removeIf(CompletableFuture::isDone);
    goodbyes.put(label, publication.end(executor));
  }

  private void publish(String problem) {
    Map<Announcement.Key, AnnouncementState> now = new TreeMap<>();
    long conflicts = 0;
    for (Announcement announcement : wanted) {
      Announcement.Key key = announcement.key();
      JmdnsPublication publication = publications.get(key);
      if (!problem.isEmpty()) {
        now.put(key, new Withheld("waits: " + problem));
      } else if (publication != null) {
        now.put(key, publication.state());
        conflicts += publication.isRenamed() ? 1 : 0;
      } else if (resting.containsKey(key)) {
        now.put(key, resting.get(key));
      } else if (publications.size() >= MOST_NAMES) {
        now.put(key, new Withheld("is one too many: JmDNS announces at most " + MOST_NAMES));
      } else {
        now.put(key, new AnnouncementState.Probing(announcement.hostLabel()));
      }
    }
    MdnsStatus newStatus = status(problem, commits, conflicts);
    if (!now.equals(states) || !newStatus.equals(status)) {
      states = Map.copyOf(now);
      status = newStatus;
      changed.run();
    }
  }

  private MdnsStatus status(String problem, long commitsNow, long conflicts) {
    return new MdnsStatus(
        "jmdns", problem.isEmpty(), problem, "", commitsNow, suppressed, conflicts);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.interrupt();
    try {
      thread.join();
      CompletableFuture.allOf(goodbyes.values().toArray(CompletableFuture[]::new))
          .get(GOODBYE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // the names end with their time to live
    }
  }
}
