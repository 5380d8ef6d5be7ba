package dev.koi.cli;

/** The command line cannot be understood; the message says what of it. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
