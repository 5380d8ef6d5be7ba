package dev.koi.cli;

/** The exit codes of the command. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int NO_RUNTIME = 3;

  private ExitCode() {}
}
