package dev.koi.spi;

import java.io.IOException;

/**
 * No runtime was found: it is not installed or not running. Koi tries again later; for an entry
 * with {@code enabled = auto} it does not report the absence as a problem.
 *
 * <p>If something exists but does not work, such as a socket without permission, throw another
 * {@link IOException}.
 */
public class BackendUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message names every place that was tried, and what would help
   */
  public BackendUnavailableException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message names every place that was tried, and what would help
   * @param cause the failure at the last place
   */
  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
