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

  /** Every server of this machine has these names. */
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> names = new TreeSet<>();
  private final Set<String> sites = new TreeSet<>(); // names whose pages are of this server
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
    further.forEach(name -> sites.add(normal(name)));
    if (!isAddress(normal(host))) {
      sites.add(normal(host));
    }
    sites.removeAll(LOCAL);
    names.addAll(sites);
    names.addAll(LOCAL);
    names.add(normal(host));
  }

  /** Returns whether a Host header has one of the names, with any port: a tunnel may change it. */
  boolean allow(String host) {
    String name = name(host);
    return names.contains(name) || (anyAddress && isAddress(name));
  }

  /** Returns whether a page of that origin is one of this server, behind a proxy or not. */
  boolean allowOrigin(String origin, String host) {
    String authority = origin.replaceFirst("^https?://", "");
    return !authority.equals(origin)
        && (authority.equalsIgnoreCase(host) || sites.contains(name(authority)));
  }

  /** Returns the name in a Host header; empty if there is none. */
  private static String name(String host) {
    try {
      return host == null ? "" : normal(new HostPort(host).getHost());
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static boolean isAddress(String name) {
    return name.startsWith("[") || name.matches("[0-9]{1,3}([.][0-9]{1,3}){3}");
  }

  private static String normal(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
  }
}
