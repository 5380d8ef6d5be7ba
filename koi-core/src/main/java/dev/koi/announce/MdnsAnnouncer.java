package dev.koi.announce;

import java.util.Collection;
import java.util.Map;

/**
 * Announces names and services by multicast DNS, and converges to the set that is wanted. It is
 * given a {@link Runnable} when it is made, and runs that on a thread of its own after each change
 * of {@link #states} or {@link #status}; the Runnable must not wait.
 *
 * <p>All methods can be called by any thread, and none waits for the network but {@link #close}.
 */
public interface MdnsAnnouncer extends AutoCloseable {

  /**
   * Replaces the wanted set. A key that is not in it is withdrawn. A name that is tried because the
   * wanted one belongs to another host is none that another key of the set has.
   *
   * @param wanted at most one announcement for each key
   */
  void announce(Collection<Announcement> wanted);

  /** {@return the state of each wanted key} Immutable. */
  Map<Announcement.Key, AnnouncementState> states();

  /** {@return the status of the announcer itself} */
  MdnsStatus status();

  /** Withdraws everything. Returns within two seconds; does nothing the second time. */
  @Override
  void close();
}
