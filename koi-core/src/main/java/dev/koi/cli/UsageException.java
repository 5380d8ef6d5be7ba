package dev.koi.cli;

/** The command line is wrong; the message names the word. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
