package dev.koi.docker.engine;

import java.io.IOException;
import java.time.Duration;

/** The engine answered, with an error or with what is no valid JSON. */
final class EngineAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final Duration retryAfter;

  EngineAnswerException(int status, Duration retryAfter, String message) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Returns whether another engine, or the same at another time, might have answered well. */
  boolean isServersFault() {
    return status >= 500 || status == 200;
  }

  /** Returns how long whoever answered wants to be left alone; zero if it does not say. */
  Duration retryAfter() {
    return retryAfter;
  }

  /** Returns the HTTP status; 200 if the answer cannot be read. */
  int status() {
    return status;
  }
}
