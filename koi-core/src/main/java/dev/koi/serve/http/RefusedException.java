package dev.koi.serve.http;

import static java.util.Objects.requireNonNull;

/** A request that gets an error for an answer. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  /**
   * Makes the answer.
   *
   * @param status the HTTP status, from 400
   * @param error its name for programs, such as {@code not_found}
   * @param message for people: names the value and what would help, and nothing inside Koi
   */
  public RefusedException(int status, String error, String message) {
    super(requireNonNull(message, "message"));
    this.status = status;
    this.error = requireNonNull(error, "error");
  }

  /** Refuses a request that cannot be understood. */
  public static RefusedException badRequest(String message) {
    return new RefusedException(400, "bad_request", message);
  }

  /** Says that there is no such thing. */
  public static RefusedException notFound(String message) {
    return new RefusedException(404, "not_found", message);
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the name of the error. */
  public String error() {
    return error;
  }
}
