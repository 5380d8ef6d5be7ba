package dev.koi.core.dispatch;

import dev.koi.Instance;

/** The present state of an instance or of a backend, of which a listener is to be notified. */
sealed interface Target {

  /** The instance is there, like this. */
  record Present(Instance instance) implements Target {}

  /** The instance is not there. */
  record Absent() implements Target {}

  /** The connection to a runtime. */
  sealed interface Connection extends Target {}

  /** The runtime is connected, and its picture is complete. */
  record Up() implements Connection {}

  /** The runtime is lost. */
  record Down(String reason) implements Connection {}
}
