package dev.koi.announce.avahi;

import dev.koi.announce.Announcement;
import dev.koi.announce.AnnouncementState;
import dev.koi.announce.AnnouncementState.Conflict;
import dev.koi.announce.AnnouncementState.Failed;
import dev.koi.announce.AnnouncementState.Resting;
import dev.koi.announce.AnnouncementState.Withheld;
import dev.koi.announce.MdnsStatus;
import dev.koi.announce.avahi.Bus.Signal;
import dev.koi.announce.avahi.Daemon.Received;
import dev.koi.announce.pace.Pace;
import dev.koi.announce.pace.Rests;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what Avahi announces the wanted set, a step at a time. Confined to one thread. Moments are
 * nanoseconds of a clock that is never set.
 */
final class Convergence {

  private static final Logger log = LoggerFactory.getLogger(Convergence.class);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long RECONNECT = 5 * SECOND;
  private static final long AFTER_FAILURE = 60 * SECOND;

  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Daemon daemon;
  private final SortedMap<Announcement.Key, Publication> publications = new TreeMap<>();
  private final Rests rests = new Rests();
  private final Pace changes = new Pace(10, SECOND);

  /**
   * RFC 6762, section 8.1: after 15 conflicts in ten seconds, five seconds between two attempts.
   */
  private final Pace recentConflicts = new Pace(15, 10 * SECOND);

  private int connection; // by which Avahi knows the groups
  private long reconnect;
  private long commits;
  private long suppressed;
  private long conflicts;

  /**
   * Creates one that is not connected.
   *
   * @param nanoTime the nanoseconds since some moment, from 0
   * @param clock the time to be shown
   * @param signals see {@link Daemon}
   */
  Convergence(
      Bus.Connector connector, LongSupplier nanoTime, Clock clock, Consumer<Received> signals) {
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.daemon = new Daemon(connector, signals);
    this.reconnect = nanoTime.getAsLong();
  }

  /**
   * Does what can be done now.
   *
   * @param signals those that have come, in their order
   * @param wanted the wanted set
   * @return when the next step is due, if there is no signal and the set stays
   */
  long step(List<Received> signals, Collection<Announcement> wanted) {
    if (!daemon.isConnected() && nanoTime.getAsLong() >= reconnect) {
      daemon.connect();
      reconnect = nanoTime.getAsLong() + RECONNECT;
    }
    forgetIfAvahiHas();
    for (Received received : signals) {
      boolean aboutGroup = daemon.receive(received);
      forgetIfAvahiHas();
      if (aboutGroup) {
        attempt(() -> groupChanged(received.signal()));
      }
    }
    want(wanted);
    return send();
  }

  private void forgetIfAvahiHas() {
    if (connection == daemon.connection()) {
      return;
    }
    connection = daemon.connection();
    long now = nanoTime.getAsLong();
    reconnect = now + RECONNECT;
    publications.values().forEach(publication -> publication.forget(now));
  }

  private interface Attempt {
    void run() throws IOException, RefusedException;
  }

  /** Avahi refuses nothing of this but out of confusion, which a new connection ends. */
  private void attempt(Attempt attempt) {
    try {
      attempt.run();
    } catch (IOException | RefusedException e) {
      lost(e);
    }
  }

  private void groupChanged(Signal signal) throws IOException, RefusedException {
    int state = (Integer) signal.arguments().get(0);
    for (Publication publication : publications.values()) {
      if (publication.receive(signal.path(), state, shown(nanoTime.getAsLong()))) {
        if (state == EntryGroup.COLLISION) {
          conflict(publication, publication.isHost(signal.path()));
        } else if (state == EntryGroup.FAILURE) {
          fail(publication, String.valueOf(signal.arguments().get(1)));
        }
        return;
      }
    }
  }

  private void conflict(Publication publication, boolean ofHost)
      throws IOException, RefusedException {
    long now = nanoTime.getAsLong();
    conflicts++;
    recentConflicts.add(now);
    Announcement tried = publication.tried();
    String name = ofHost ? tried.hostLabel() + ".local" : tried.instanceName();
    log.info("the name '{}' of {} is taken by another host or program", name, id(tried));
    if (publication.nextName(ofHost, daemon.hostName())) {
      long pause = recentConflicts.pause(now) > 0 ? 5 * SECOND : 0;
      publication.pauseUntil(now + pause, new Conflict(name));
      return;
    }
    publication.withdraw();
    publication.plainNames();
    rest(
        publication,
        now + 60 * SECOND,
        "this name and those that were tried in its place, up to '"
            + name
            + "', are taken by other hosts");
  }

  private void rest(Publication publication, long until, String why) {
    publication.pauseUntil(until, new Resting(shown(until), why));
  }

  private Instant shown(long moment) {
    return clock.instant().plusNanos(moment - nanoTime.getAsLong()).truncatedTo(ChronoUnit.MILLIS);
  }

  private void fail(Publication publication, String error) throws IOException, RefusedException {
    log.warn("{} cannot be announced: {}", id(publication.tried()), error);
    publication.withdraw();
    publication.pauseUntil(nanoTime.getAsLong() + AFTER_FAILURE, new Failed(error));
  }

  /** Takes the wanted set over, and withdraws what is not in it. */
  private void want(Collection<Announcement> wanted) {
    Map<Announcement.Key, Announcement> byKey = new TreeMap<>();
    wanted.forEach(announcement -> byKey.put(announcement.key(), announcement));
    Iterator<Publication> present = publications.values().iterator();
    while (present.hasNext()) {
      Publication publication = present.next();
      if (!byKey.containsKey(publication.wanted().key())) {
        present.remove();
        attempt(() -> end(publication));
      }
    }
    byKey.forEach(
        (key, announcement) -> {
          Publication publication = publications.get(key);
          if (publication == null) {
            publications.put(key, begin(announcement));
          } else {
            attempt(() -> publication.want(announcement, nanoTime.getAsLong()));
          }
        });
  }

  private Publication begin(Announcement announcement) {
    long now = nanoTime.getAsLong();
    Publication publication = new Publication(announcement, now);
    long until = rests.until(name(announcement), now);
    if (until != now) {
      rest(
          publication,
          until,
          "it was withdrawn shortly before; each time it rests longer, up to 60 s");
    }
    return publication;
  }

  private void end(Publication publication) throws IOException, RefusedException {
    if (publication.firstSent().isPresent()) {
      long sent = publication.firstSent().getAsLong();
      rests.withdrawn(name(publication.wanted()), sent, nanoTime.getAsLong());
    } else if (publication.rests()) {
      suppressed++;
    }
    publication.withdraw();
  }

  private static String id(Announcement announcement) {
    return announcement.key().backend() + "/" + announcement.key().instance();
  }

  /** A container that is created anew for each start has another key each time, but one name. */
  private static String name(Announcement announcement) {
    return announcement.hostLabel() + (announcement.key().ipv6() ? " (IPv6)" : "");
  }

  /** Announces what may be announced now, and returns when the next step is due. */
  private long send() {
    if (!daemon.isConnected()) {
      return reconnect;
    }
    if (!daemon.isRunning()) {
      return nanoTime.getAsLong() + 60 * SECOND; // there will be a signal
    }
    for (Publication publication : waiting()) {
      long now = nanoTime.getAsLong();
      if (publication.notBefore() <= now && changes.pause(now) == 0) {
        changes.add(now);
        attempt(() -> send(publication));
        if (!daemon.isConnected()) {
          return reconnect;
        }
      }
    }
    long now = nanoTime.getAsLong();
    long next = now + 60 * SECOND;
    for (Publication publication : waiting()) {
      next = Math.min(next, Math.max(publication.notBefore(), now + changes.pause(now)));
    }
    return next;
  }

  /** {@return what is to be sent, the first one first} */
  private List<Publication> waiting() {
    return publications.values().stream()
        .filter(Publication::isToBeSent)
        .sorted(Comparator.comparingLong(Publication::changed))
        .toList();
  }

  private void send(Publication publication) throws IOException, RefusedException {
    String label = publication.tried().hostLabel();
    if (label.equalsIgnoreCase(daemon.hostName())) { // Avahi would not mind
      fail(publication, label + ".local is the name of this host");
      return;
    }
    try {
      commits += publication.send(daemon, nanoTime.getAsLong());
    } catch (RefusedException e) {
      if (e.isCollision()) {
        conflict(publication, !publication.hasHost());
      } else {
        fail(publication, e.getMessage());
      }
    }
  }

  /** {@return the state of each wanted key} */
  Map<Announcement.Key, AnnouncementState> states() {
    Map<Announcement.Key, AnnouncementState> states = new TreeMap<>();
    String reason = "waits: " + daemon.problem();
    publications.forEach(
        (key, publication) ->
            states.put(key, daemon.isRunning() ? publication.state() : new Withheld(reason)));
    return states;
  }

  /** {@return how the announcer is} */
  MdnsStatus status() {
    return new MdnsStatus(
        "avahi",
        daemon.isRunning(),
        daemon.problem(),
        daemon.hostName(),
        commits,
        suppressed,
        conflicts);
  }

  /** Gives the connection up, as it does not work. A later step makes another one. */
  void lost(Exception why) {
    daemon.lost(why);
    forgetIfAvahiHas();
  }

  /** Withdraws everything. */
  void close() {
    daemon.close();
  }
}
