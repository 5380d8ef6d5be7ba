package dev.koi.announce;

import java.time.Instant;

/** The state of the announcement of a key. */
public sealed interface AnnouncementState {

  /**
   * It is not announced.
   *
   * @param reason why, and what would help, to be read after "it"
   */
  record Withheld(String reason) implements AnnouncementState {}

  /**
   * The network is being asked whether the name is free, or the announcement waits for its turn.
   *
   * @param hostLabel the name that is tried, without {@code .local}
   */
  record Probing(String hostLabel) implements AnnouncementState {}

  /**
   * It is announced. The names differ from the wanted ones if these belong to another host.
   *
   * @param hostLabel the host name, without {@code .local}
   * @param instanceName the DNS-SD instance name
   * @param since when it was established under these names
   */
  record Announced(String hostLabel, String instanceName, Instant since)
      implements AnnouncementState {}

  /**
   * A name is taken, and the next one will be tried.
   *
   * @param name the host name with {@code .local}, or the DNS-SD instance name
   */
  record Conflict(String name) implements AnnouncementState {}

  /**
   * It is not announced for a while.
   *
   * @param until when it is tried again
   * @param reason why, to be read after "it rests, because"
   */
  record Resting(Instant until, String reason) implements AnnouncementState {}

  /**
   * It was refused.
   *
   * @param error the words of the one that refused it
   */
  record Failed(String error) implements AnnouncementState {}
}
