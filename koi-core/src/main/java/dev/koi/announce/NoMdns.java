package dev.koi.announce;

import java.util.Collection;
import java.util.Map;

/** Announces nothing by multicast DNS, because the settings say so. */
final class NoMdns implements MdnsAnnouncer {

  private static final MdnsStatus STATUS =
      new MdnsStatus("off", false, "multicast DNS is off: koi.announce.mdns = off", "", 0, 0, 0);

  @Override
  public void announce(Collection<Announcement> wanted) {}

  @Override
  public Map<Announcement.Key, AnnouncementState> states() {
    return Map.of();
  }

  @Override
  public MdnsStatus status() {
    return STATUS;
  }

  @Override
  public void close() {}
}
