package dev.koi.announce.avahi;

import dev.koi.announce.Announcement;
import dev.koi.announce.AnnouncementState;
import dev.koi.announce.AnnouncementState.Announced;
import dev.koi.announce.AnnouncementState.Probing;
import dev.koi.text.DnsLabel;
import java.io.IOException;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The announcement of one key: what is wanted, under which names it is tried, and how far it is.
 * Confined to one thread. Moments are nanoseconds.
 */
final class Publication {

  /** The first is the wanted name itself, the second ends in 2. */
  private static final int LAST_ATTEMPT = 9;

  private final RecordGroup host = new RecordGroup();
  private final RecordGroup services = new RecordGroup();

  private Announcement wanted;
  private int hostAttempt = 1;
  private int instanceAttempt = 1;

  private long changed; // since when there is something to send
  private long notBefore;
  private AnnouncementState pause; // how far it is while it must not be sent, or null
  private OptionalLong firstSent = OptionalLong.empty();
  private Instant since; // when it was established under its names, or null

  Publication(Announcement wanted, long now) {
    this.wanted = wanted;
    this.changed = now;
    this.notBefore = now;
  }

  Announcement wanted() {
    return wanted;
  }

  /** {@return what is wanted, under the names that are tried} */
  Announcement tried() {
    return wanted.named(
        numbered(wanted.hostLabel(), "-%d", hostAttempt), // such as grafana-2
        numbered(wanted.instanceName(), " (%d)", instanceAttempt)); // as RFC 6763 suggests it
  }

  private static String numbered(String name, String end, int attempt) {
    return attempt == 1 ? name : DnsLabel.ending(name, end.formatted(attempt));
  }

  /** Takes over another wish; withdraws the records of the former names if the names differ. */
  void want(Announcement other, long now) throws IOException, RefusedException {
    if (other.equals(wanted)) {
      return;
    }
    boolean renamed =
        !other.hostLabel().equals(wanted.hostLabel())
            || !other.instanceName().equals(wanted.instanceName());
    wanted = other;
    changed = now;
    if (pause instanceof AnnouncementState.Failed) {
      pauseUntil(now, null);
    }
    if (renamed) {
      plainNames();
      withdraw();
    }
  }

  /** Does not send before a moment. */
  void pauseUntil(long moment, AnnouncementState shown) {
    notBefore = moment;
    changed = moment;
    pause = shown;
  }

  boolean isToBeSent() {
    return !hasHost() || !hasServices();
  }

  /** Whether Avahi has the host name. */
  boolean hasHost() {
    return host.holds(RecordGroup.host(tried()));
  }

  private boolean hasServices() {
    return services.holds(RecordGroup.services(tried()));
  }

  /** {@return the moment from which it may be sent} */
  long notBefore() {
    return notBefore;
  }

  /** {@return since when it is to be sent} */
  long changed() {
    return changed;
  }

  /** {@return when the network was first asked for it, if ever} */
  OptionalLong firstSent() {
    return firstSent;
  }

  /** Whether it waits because its name rests. */
  boolean rests() {
    return pause instanceof AnnouncementState.Resting;
  }

  /**
   * Announces what is wanted and not announced.
   *
   * @return how many groups have changed
   * @throws RefusedException if one is refused; it is the host name's unless {@link #hasHost}
   */
  int send(Daemon daemon, long now) throws IOException, RefusedException {
    pause = null;
    if (firstSent.isEmpty()) {
      firstSent = OptionalLong.of(now);
    }
    int groups = 0;
    if (!hasHost()) {
      host.send(RecordGroup.host(tried()), daemon);
      groups++;
    }
    if (!hasServices()) {
      services.send(RecordGroup.services(tried()), daemon);
      groups++;
    }
    return groups;
  }

  /**
   * Takes the state of a group.
   *
   * @return whether it is one of its groups
   */
  boolean receive(String path, int state, Instant now) {
    if (!host.receive(path, state) && !services.receive(path, state)) {
      return false;
    }
    if (since == null && host.isEstablished() && services.isEstablished()) {
      since = now;
    }
    return true;
  }

  /** Whether a path is that of the group of the host name. */
  boolean isHost(String path) {
    return host.is(path);
  }

  /**
   * Goes on to the next name, as the host name or the instance name belongs to another host.
   *
   * @param own the name of this host, which is no next name
   * @return whether there is one
   */
  boolean nextName(boolean ofHost, String own) throws IOException, RefusedException {
    services.withdraw(); // also if it is the host name, because they lead to it
    since = null;
    if (!ofHost) {
      return ++instanceAttempt <= LAST_ATTEMPT;
    }
    host.withdraw();
    do {
      hostAttempt++;
    } while (tried().hostLabel().equalsIgnoreCase(own));
    return hostAttempt <= LAST_ATTEMPT;
  }

  /** Begins with the wanted names again. */
  void plainNames() {
    hostAttempt = 1;
    instanceAttempt = 1;
  }

  /** Withdraws everything. */
  void withdraw() throws IOException, RefusedException {
    since = null;
    services.withdraw();
    host.withdraw();
  }

  /** Avahi has forgotten everything. */
  void forget(long now) {
    changed = now;
    since = null;
    services.forget();
    host.forget();
  }

  /** {@return how far it is} */
  AnnouncementState state() {
    if (pause != null) {
      return pause;
    }
    Announcement tried = tried();
    return since != null && host.isEstablished() && services.isEstablished()
        ? new Announced(tried.hostLabel(), tried.instanceName(), since)
        : new Probing(tried.hostLabel());
  }
}
