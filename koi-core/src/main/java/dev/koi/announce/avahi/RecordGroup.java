package dev.koi.announce.avahi;

import dev.koi.announce.Announcement;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.Announcement.Service;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * One of the two groups of an announcement, what was added to it, and how far it is. Two, because a
 * service that gets another port need not withdraw the host name.
 */
final class RecordGroup {

  /** The content of a group. */
  sealed interface Content {

    /** {@return the same content, but for what can be replaced without withdrawing the rest} */
    Content fixed();

    void addTo(EntryGroup group) throws IOException, RefusedException;

    /** Replaces what is not fixed. */
    void updateIn(EntryGroup group) throws IOException, RefusedException;
  }

  /** The addresses of a host name. */
  record Host(String name, List<Address> addresses) implements Content {

    @Override
    public Content fixed() {
      return this;
    }

    @Override
    public void addTo(EntryGroup group) throws IOException, RefusedException {
      for (Address address : addresses) {
        group.addAddress(name, address);
      }
    }

    @Override
    public void updateIn(EntryGroup group) {}
  }

  /** The services of an instance. */
  record Services(
      String instance, String host, List<Service> services, SortedMap<String, String> txt)
      implements Content {

    @Override
    public Content fixed() {
      return new Services(instance, host, services, Collections.emptySortedMap());
    }

    @Override
    public void addTo(EntryGroup group) throws IOException, RefusedException {
      for (Service service : services) {
        group.addService(instance, service, host, txt);
      }
    }

    @Override
    public void updateIn(EntryGroup group) throws IOException, RefusedException {
      for (Service service : services) {
        group.updateTxt(instance, service, txt);
      }
    }
  }

  private EntryGroup group; // null while nothing is announced
  private Content content; // of the group
  private int state;

  /** {@return the addresses of an announcement} */
  static Content host(Announcement announcement) {
    return new Host(fullName(announcement), announcement.addresses());
  }

  /** {@return the services of an announcement} */
  static Content services(Announcement announcement) {
    return new Services(
        announcement.instanceName(),
        fullName(announcement),
        announcement.services(),
        announcement.txt());
  }

  private static String fullName(Announcement announcement) {
    return announcement.hostLabel() + ".local";
  }

  boolean holds(Content other) {
    return group != null && content.equals(other);
  }

  boolean is(String path) {
    return group != null && group.path().equals(path);
  }

  boolean isEstablished() {
    return group != null && state == EntryGroup.ESTABLISHED;
  }

  /** Takes the state of a group, and returns whether it is this one's. */
  boolean receive(String path, int newState) {
    if (is(path)) {
      state = newState;
      return true;
    }
    return false;
  }

  /**
   * Announces a content in the place of the present one.
   *
   * <p>For another content it makes another group, though Avahi could fill this one again: a state
   * that is still under way would be taken for that of the new content.
   */
  void send(Content next, Daemon daemon) throws IOException, RefusedException {
    if (group != null && next.fixed().equals(content.fixed())) {
      next.updateIn(group);
    } else {
      withdraw();
      group = daemon.newGroup();
      state = EntryGroup.UNCOMMITTED;
      content = next;
      try {
        next.addTo(group);
        group.commit();
      } catch (RefusedException e) {
        withdraw();
        throw e;
      }
    }
    content = next;
  }

  /** Withdraws the content. */
  void withdraw() throws IOException, RefusedException {
    if (group != null) {
      EntryGroup old = group;
      forget();
      old.free();
    }
  }

  /** Avahi has forgotten the group. */
  void forget() {
    group = null;
    content = null;
  }
}
