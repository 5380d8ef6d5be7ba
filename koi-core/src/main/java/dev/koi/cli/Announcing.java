package dev.koi.cli;

import dev.koi.announce.AnnounceStatus;
import dev.koi.announce.Announcements;
import dev.koi.announce.Announcer;
import dev.koi.announce.HostInterfaces;
import dev.koi.announce.MdnsAnnouncer;
import dev.koi.announce.avahi.AvahiAnnouncer;
import dev.koi.announce.jmdns.JmdnsAnnouncer;
import dev.koi.core.Koi;
import dev.koi.core.settings.AnnounceSettings;
import java.util.Optional;

/** The announcements of a command, if its settings ask for them. */
final class Announcing implements Announcements, AutoCloseable {

  private final Announcer announcer; // null: nothing is announced

  private Announcing(Announcer announcer) {
    this.announcer = announcer;
  }

  static Announcing start(Koi koi, AnnounceSettings settings) {
    return new Announcing(
        settings.enabled()
            ? Announcer.start(
                koi,
                settings,
                new HostInterfaces(settings.interfaces()),
                onChange -> mdns(settings, onChange))
            : null);
  }

  private static MdnsAnnouncer mdns(AnnounceSettings settings, Runnable onChange) {
    return settings.mdns() == AnnounceSettings.Mdns.JMDNS
        ? JmdnsAnnouncer.start(onChange)
        : AvahiAnnouncer.start(onChange);
  }

  @Override
  public Optional<AnnounceStatus> status() {
    return announcer == null ? Optional.empty() : announcer.status();
  }

  @Override
  public void close() {
    if (announcer != null) {
      announcer.close();
    }
  }
}
