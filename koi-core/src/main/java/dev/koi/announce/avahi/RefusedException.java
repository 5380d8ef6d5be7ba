package dev.koi.announce.avahi;

/** Avahi has refused a call. Others would still succeed. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;
  private static final String COLLISION = "org.freedesktop.Avahi.CollisionError";

  private final String error;

  /**
   * Creates one.
   *
   * @param error the name of the error, such as {@code org.freedesktop.Avahi.CollisionError}
   * @param message Avahi's words
   */
  RefusedException(String error, String message) {
    super(message);
    this.error = error;
  }

  /** Whether this host announces the name already. */
  boolean isCollision() {
    return error.equals(COLLISION);
  }
}
