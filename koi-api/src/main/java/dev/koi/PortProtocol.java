package dev.koi;

import java.util.Locale;

/** The transport protocols of ports. */
public enum PortProtocol {
  /** RFC 9293. */
  TCP,
  /** RFC 768. */
  UDP,
  /** RFC 9260. */
  SCTP;

  /** {@return the name on the wire: lower case, as in {@code "tcp"}} */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
