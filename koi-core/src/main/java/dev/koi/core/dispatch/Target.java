package dev.koi.core.dispatch;

import dev.koi.Instance;

/** What is true of one thing now, and a listener is yet to hear. */
sealed interface Target {

  /** The instance is there, like this. */
  record Present(Instance instance) implements Target {}

  /** The instance is not there. */
  record Absent() implements Target {}

  /** The runtime is in sight. */
  record Up() implements Target {}

  /** The runtime is out of sight. */
  record Down(String reason) implements Target {}
}
