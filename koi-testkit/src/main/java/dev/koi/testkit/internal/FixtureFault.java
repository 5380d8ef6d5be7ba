package dev.koi.testkit.internal;

/** A fault of the fixture or its runtime, from which nothing follows about the backend. */
final class FixtureFault extends AssertionError {

  private static final long serialVersionUID = 1;

  private final String kind;

  /**
   * Makes one.
   *
   * @param kind the same for faults of which a person needs to read only the first
   */
  FixtureFault(String kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  String kind() {
    return kind;
  }
}
