package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.announce.Announcement.Address;
import dev.koi.announce.Announcement.Service;
import dev.koi.announce.avahi.Bus.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A group of records that Avahi announces and withdraws together. It is filled and committed once.
 *
 * @see <a href="https://avahi.org/doxygen/html/index.html">Avahi</a>, EntryGroup.introspect
 */
final class EntryGroup {

  // The states of a group.
  static final int UNCOMMITTED = 0;
  static final int REGISTERING = 1;
  static final int ESTABLISHED = 2;
  static final int COLLISION = 3;
  static final int FAILURE = 4;

  private static final String INTERFACE = "org.freedesktop.Avahi.EntryGroup";
  private static final int ANY = -1; // interface, and protocol
  private static final int NO_FLAGS = 0;

  /** The address has one name already, that of the host. */
  private static final int NO_REVERSE = 16;

  private final Bus bus;
  private final String path;

  EntryGroup(Bus bus, String path) {
    this.bus = bus;
    this.path = path;
  }

  /** {@return the object on the bus} */
  String path() {
    return path;
  }

  /**
   * Adds an address of a host name, on its interface.
   *
   * @param host ends with {@code .local}
   */
  void addAddress(String host, Address address) throws IOException, RefusedException {
    call(
        "AddAddress",
        "iiuss",
        address.interfaceIndex(),
        ANY,
        NO_REVERSE,
        host,
        address.address().getHostAddress());
  }

  /**
   * Adds a service, on all interfaces.
   *
   * @param host the host name by which it is reached; ends with {@code .local}
   */
  void addService(String instance, Service service, String host, Map<String, String> txt)
      throws IOException, RefusedException {
    call(
        "AddService",
        "iiussssqaay",
        ANY,
        ANY,
        NO_FLAGS,
        instance,
        service.type(),
        "",
        host,
        service.port(),
        encoded(txt));
  }

  /** Replaces the TXT record of a service that was added, without withdrawing the service. */
  void updateTxt(String instance, Service service, Map<String, String> txt)
      throws IOException, RefusedException {
    call(
        "UpdateServiceTxt",
        "iiusssaay",
        ANY,
        ANY,
        NO_FLAGS,
        instance,
        service.type(),
        "",
        encoded(txt));
  }

  /** Announces what was added, once no other host has answered to its names. */
  void commit() throws IOException, RefusedException {
    call("Commit", "");
  }

  /** Withdraws all; the group does not exist any more. */
  void free() throws IOException, RefusedException {
    call("Free", "");
  }

  private void call(String method, String signature, Object... arguments)
      throws IOException, RefusedException {
    bus.call(new Call(Daemon.NAME, path, INTERFACE, method, signature, List.of(arguments)));
  }

  private static List<List<Byte>> encoded(Map<String, String> txt) {
    List<List<Byte>> pairs = new ArrayList<>();
    txt.forEach(
        (key, value) -> {
          List<Byte> pair = new ArrayList<>();
          for (byte octet : (key + "=" + value).getBytes(UTF_8)) {
            pair.add(octet);
          }
          pairs.add(pair);
        });
    return pairs;
  }
}
