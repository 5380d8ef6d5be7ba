package dev.koi.cli;

/** A jar or directory in {@code backends/} cannot be used; the message names it and what helps. */
final class UnusableJarException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableJarException(String message) {
    super(message);
  }
}
