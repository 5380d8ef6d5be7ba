package dev.koi.testkit.internal;

/** Something to do that may fail in any way. */
@FunctionalInterface
interface Action {
  void run() throws Exception;
}
