package dev.koi;

import java.util.Locale;

/** Where an instance is in its life, in the words that Docker and Podman share. */
public enum InstanceState {
  /** Its process runs. */
  RUNNING,
  /** Its process has ended; such an instance is not part of the picture. */
  STOPPED,
  /** Its process is frozen; it is present and holds its addresses. */
  PAUSED,
  /** Its process has ended and the runtime will start it again; it is present. */
  RESTARTING,
  /** The runtime said something that Koi does not know. */
  UNKNOWN;

  /** {@return the name on the wire: lower case, as in {@code "running"}} */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@return whether an instance in this state is part of the picture} A stopped one is not; a
   * paused or restarting one is.
   */
  public boolean present() {
    return this != STOPPED;
  }
}
