package dev.koi.spi.support;

import java.io.IOException;

/** Turns what a runtime's client throws into the exceptions of the SPI. */
final class Failures {

  private Failures() {}

  /**
   * Returns the exception itself if it is an IOException, else one with its message. A client's
   * unchecked exception may hide an interrupt: the thread's interrupt flag is set again (T-2).
   */
  static IOException asIOException(Exception thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
    if (thrown instanceof IOException failure) {
      return failure;
    }
    String message = thrown.getMessage();
    return new IOException(message == null ? thrown.toString() : message, thrown);
  }
}
