package dev.koi.core.supervise;

import java.io.IOException;

/** A backend refuses its configuration; only a person can mend that. */
final class MisconfiguredException extends IOException {
  private static final long serialVersionUID = 1L;

  MisconfiguredException(String message, IllegalArgumentException cause) {
    super(message, cause);
  }
}
