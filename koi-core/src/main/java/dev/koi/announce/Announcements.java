package dev.koi.announce;

import java.util.Optional;

/** Gives the status of the announcements, if there is an announcer. Thread-safe. */
@FunctionalInterface
public interface Announcements {

  /** Nothing is announced. */
  Announcements NONE = Optional::empty;

  /** {@return the status at this moment; empty if there is no announcer} */
  Optional<AnnounceStatus> status();
}
