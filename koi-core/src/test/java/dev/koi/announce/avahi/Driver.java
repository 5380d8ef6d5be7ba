package dev.koi.announce.avahi;

import dev.koi.announce.Announcement;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.Announcement.Service;
import dev.koi.announce.AnnouncementState;
import dev.koi.announce.avahi.Daemon.Received;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Drives a {@link Convergence} with a clock of its own. */
final class Driver {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final FakeAvahi avahi;
  final Convergence convergence;
  private final List<Received> inbox = new ArrayList<>();
  private List<Announcement> wanted = List.of();
  private long now;
  private long due;

  Driver(FakeAvahi avahi) {
    this.avahi = avahi;
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Instant instant() {
            return START.plusNanos(now);
          }
        };
    this.convergence = new Convergence(avahi, () -> now, clock, inbox::add);
  }

  /** Wants so many, and takes steps until nothing changes any more at this moment. */
  void want(Announcement... announcements) {
    wanted = List.of(announcements);
    steps();
  }

  void steps() {
    do {
      List<Received> signals = List.copyOf(inbox);
      inbox.clear();
      due = convergence.step(signals, wanted);
    } while (!inbox.isEmpty() || due <= now);
  }

  /** All probes end, and those after them, if a name was taken. */
  void settle() {
    for (int i = 0; i < 40; i++) {
      avahi.settle();
      steps();
    }
  }

  /** Lets a time pass, with a step whenever one is due. */
  void pass(Duration time) {
    long end = now + time.toNanos();
    while (due < end) {
      now = Math.max(now, due);
      steps();
    }
    now = end;
    steps();
  }

  long now() {
    return now;
  }

  AnnouncementState state(String instance) {
    return convergence.states().get(key(instance));
  }

  static Announcement.Key key(String instance) {
    return new Announcement.Key("docker", instance, false);
  }

  /** An announcement on interface 2, at 10.0.0.5. */
  static Announcement announcement(String instance, String label, int port) {
    return announcement(instance, label, port, Map.of(), "10.0.0.5");
  }

  static Announcement announcement(
      String instance, String label, int port, Map<String, String> txt, String address) {
    try {
      return new Announcement(
          key(instance),
          label,
          label,
          List.of(new Service("_http._tcp", port)),
          new TreeMap<>(txt),
          List.of(new Address(2, InetAddress.getByName(address))));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
