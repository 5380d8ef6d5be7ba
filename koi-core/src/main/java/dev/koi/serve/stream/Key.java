package dev.koi.serve.stream;

import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.InstanceEvent;

/** One instance, or with an empty id the connection to a backend's runtime. */
record Key(String backend, String id) {

  /** Returns what an event is about. */
  static Key of(RuntimeEvent event) {
    return new Key(
        event.backend(), event instanceof InstanceEvent change ? change.instance().id() : "");
  }

  boolean isConnection() {
    return id.isEmpty();
  }
}
