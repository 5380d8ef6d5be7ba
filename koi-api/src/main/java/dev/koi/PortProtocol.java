package dev.koi;

import java.util.Locale;

/** The transport protocols that container runtimes publish. */
public enum PortProtocol {
  TCP,
  UDP,
  SCTP;

  /** Returns the name on the wire: lower case, as in {@code "tcp"}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
