package dev.koi.spi;

import java.io.IOException;

/**
 * There is nothing to connect to: the runtime is not installed, or not running. Koi tries again
 * later, quietly if the entry is only {@code enabled = auto}.
 *
 * <p>Not for a runtime that is there but refuses, such as a socket that may not be opened; that is
 * any other {@link IOException}.
 */
public class BackendUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message names every place tried, and what would help
   */
  public BackendUnavailableException(String message) {
    super(message);
  }

  /**
   * Makes one.
   *
   * @param message names every place tried, and what would help
   * @param cause what was thrown at the last place tried
   */
  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
