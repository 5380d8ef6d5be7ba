package dev.koi.cli.verify;

/** Nothing follows about the rule that is checked, for example because the runtime has changed. */
final class UnclearException extends Exception {

  private static final long serialVersionUID = 1;

  UnclearException(String reason) {
    super(reason);
  }
}
