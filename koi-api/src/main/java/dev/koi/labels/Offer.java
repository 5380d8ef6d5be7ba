package dev.koi.labels;

import java.util.List;

/**
 * A host name or a port that a proxy's label assigns to a container. Not validated.
 *
 * @param key the label's key
 * @param kind what the text is
 * @param text the host name or the port, as written
 */
public record Offer(String key, Kind kind, String text) {

  /** The kinds of offers. */
  public enum Kind {
    /** A host name. */
    HOST,
    /** A port of the container. */
    PORT
  }

  /** Adds a host, unless it is a pattern or a placeholder, which names no single host. */
  static void addHost(List<Offer> offers, String key, String host) {
    if (!host.isEmpty() && host.chars().noneMatch(c -> "*(){}[]$".indexOf(c) >= 0)) {
      offers.add(new Offer(key, Kind.HOST, host));
    }
  }
}
