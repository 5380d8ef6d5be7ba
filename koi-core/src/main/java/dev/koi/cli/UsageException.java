package dev.koi.cli;

/** The command line is wrong; the message says where. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
