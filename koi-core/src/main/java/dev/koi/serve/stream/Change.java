package dev.koi.serve.stream;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.util.List;

/**
 * An event with its number in the journal. Its frame is written once, and all clients share it.
 * Thread-safe.
 */
final class Change {

  private final long number;
  private final Key key;
  private final RuntimeEvent event;
  private volatile byte[] frame; // null until it is needed
  private volatile Change level; // null until it is needed
  private volatile Change merged; // the last of them; null until it is needed

  Change(long number, RuntimeEvent event) {
    this.number = number;
    this.key = Key.of(event);
    this.event = event;
  }

  long number() {
    return number;
  }

  Key key() {
    return key;
  }

  RuntimeEvent event() {
    return event;
  }

  /** Returns the instance as it was before; null if it was not there. */
  Instance before() {
    if (event instanceof Updated updated) {
      return updated.previous();
    }
    return event instanceof Stopped stopped ? stopped.instance() : null;
  }

  /** Returns the instance as it is now; null if it is not there. */
  Instance after() {
    if (event instanceof Updated updated) {
      return updated.instance();
    }
    return event instanceof Started started ? started.instance() : null;
  }

  /** Returns the frame, whose bytes must not be changed. */
  byte[] frame() {
    if (frame == null) {
      frame = Frames.of(event); // two threads may both write it, and the same
    }
    return frame;
  }

  /**
   * Returns the change of a client that did not know the instance; there must be an {@link #after}.
   */
  Change level() {
    if (event instanceof Started) {
      return this;
    }
    if (level == null) {
      level =
          new Change(number, new Started(event.backend(), event.time(), event.sequence(), after()));
    }
    return level;
  }

  /**
   * Returns the change of a client that knows another state than {@link #before}. A frame has only
   * the names of the fields that differ from that, so slow clients can share it, too.
   *
   * @param was another state of the same life as {@link #after}
   * @param changed the names of the fields in which the two differ
   */
  Change since(Instance was, List<String> changed) {
    if (differsIn(changed)) {
      return this;
    }
    Change last = merged;
    if (last == null || !last.differsIn(changed)) {
      last =
          new Change(
              number,
              new Updated(event.backend(), event.time(), event.sequence(), was, after(), changed));
      merged = last;
    }
    return last;
  }

  private boolean differsIn(List<String> fields) {
    return event instanceof Updated updated && updated.changed().equals(fields);
  }
}
