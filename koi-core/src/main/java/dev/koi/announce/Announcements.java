package dev.koi.announce;

import java.util.Optional;

/** Tells how the announcements are, if anything is announced. Thread-safe. */
@FunctionalInterface
public interface Announcements {

  /** Nothing is announced. */
  Announcements NONE = Optional::empty;

  /** {@return how the announcements are; empty if there is no announcer} */
  Optional<AnnounceStatus> status();
}
