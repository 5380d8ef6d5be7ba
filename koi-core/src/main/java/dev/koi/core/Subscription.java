package dev.koi.core;

/** A listener's registration, until it is closed. */
public interface Subscription extends AutoCloseable {

  /**
   * Ends the registration. Idempotent, callable from any thread. When it returns the listener is
   * not called any more; but if it is called by the listener itself, the call under way goes on,
   * and a listener that does not return within {@code koi.timing.stop} is interrupted and left
   * behind.
   */
  @Override
  void close();
}
