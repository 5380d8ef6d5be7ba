package dev.koi.announce;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.List;

/**
 * An interface of the host on which Koi announces.
 *
 * @param name its name, such as {@code eth0}
 * @param index the index that the operating system gives to it
 * @param addresses its own addresses
 */
public record HostInterface(String name, int index, List<InetAddress> addresses) {

  /** Copies the addresses. */
  public HostInterface {
    requireNonNull(name, "name");
    addresses = List.copyOf(addresses);
  }
}
