package dev.koi.serve;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.util.HostPort;

/**
 * The names by which clients may call the server. A browser that a hostile page has led here by a
 * name of its own (DNS rebinding) calls the server by that name.
 */
final class CallableAs {

  private final Set<String> names = new TreeSet<>();
  private final boolean anyAddress;

  /**
   * Allows {@code localhost}, the host that is listened on, and those.
   *
   * @param host the configured host
   * @param anyAddress whether the server may be called by any address, which is not a name: it
   *     listens on all, or behind a port that a container publishes
   */
  CallableAs(String host, boolean anyAddress, Iterable<String> further) {
    this.anyAddress = anyAddress;
    names.addAll(Set.of("localhost", "127.0.0.1", "[::1]"));
    names.add(normal(host));
    further.forEach(name -> names.add(normal(name)));
  }

  /** Returns whether a Host header has one of the names, with any port: a tunnel may change it. */
  boolean allow(String host) {
    if (host == null) {
      return false;
    }
    String name;
    try {
      name = normal(new HostPort(host).getHost());
    } catch (IllegalArgumentException e) {
      return false;
    }
    return names.contains(name) || (anyAddress && isAddress(name));
  }

  /** Returns whether a page of that origin is one of this server, behind a proxy or not. */
  boolean allowOrigin(String origin, String host) {
    String authority = origin.replaceFirst("^https?://", "");
    return !authority.equals(origin)
        && (authority.equalsIgnoreCase(host)
            || (allow(authority) && !isLocal(normal(new HostPort(authority).getHost()))));
  }

  /** Another server of this machine, which is not this one, has such a name, too. */
  private static boolean isLocal(String name) {
    return name.equals("localhost") || isAddress(name);
  }

  private static boolean isAddress(String name) {
    return name.startsWith("[") || name.matches("[0-9]{1,3}([.][0-9]{1,3}){3}");
  }

  private static String normal(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
  }
}
