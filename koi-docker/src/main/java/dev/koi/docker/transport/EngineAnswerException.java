package dev.koi.docker.transport;

import java.io.IOException;

/** The engine answered, with an error or with what is no valid JSON. */
public final class EngineAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Makes one.
   *
   * @param status the HTTP status; 200 if the answer cannot be read
   */
  public EngineAnswerException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns the HTTP status; 200 if the answer cannot be read. */
  public int status() {
    return status;
  }

  /** Returns whether the engine failed, so that it may answer well at another time. */
  public boolean isEnginesFault() {
    return status >= 500 || status == 200;
  }
}
