package dev.koi.docker.engine;

import java.io.IOException;

/** The engine answered, with an error or with what is no valid JSON. */
final class EngineAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  EngineAnswerException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns whether another engine, or the same at another time, might have answered well. */
  boolean isServersFault() {
    return status >= 500 || status == 200;
  }

  /** Returns the HTTP status; 200 if the answer cannot be read. */
  int status() {
    return status;
  }
}
