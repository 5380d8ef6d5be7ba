package dev.koi;

import java.util.Locale;

/** The states of an instance, in the words that Docker and Podman share. */
public enum InstanceState {
  /** Its process runs. */
  RUNNING,
  /** Its process has ended. Koi does not list such an instance. */
  STOPPED,
  /** Its process is frozen. It is present and keeps its addresses. */
  PAUSED,
  /** Its process has ended, and the runtime will start it again. It is present. */
  RESTARTING,
  /** Another state, such as terminating. It is present. */
  UNKNOWN;

  /** {@return the name on the wire: lower case, as in {@code "running"}} */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return whether Koi lists an instance in this state: in every state but stopped} */
  public boolean present() {
    return this != STOPPED;
  }
}
