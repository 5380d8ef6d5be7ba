package dev.koi.fleet.etcd;

import java.io.IOException;

/** A server's answer that it has not done what was asked. */
public final class EtcdException extends IOException {
  private static final long serialVersionUID = 1L;

  // Codes of gRPC.
  private static final int PERMISSION_DENIED = 7;
  private static final int OUT_OF_RANGE = 11;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;

  private final int code;
  private final String reason;

  EtcdException(String place, int code, String reason) {
    super(place + ": " + reason);
    this.code = code;
    this.reason = reason;
  }

  /** Returns the exception for a watch that a server has ended. */
  static EtcdException canceled(String place, String reason, boolean compacted) {
    if (compacted) {
      return new EtcdException(place, OUT_OF_RANGE, "the revision to watch from is compacted");
    }
    int code = reason.contains("permission denied") ? PERMISSION_DENIED : UNAVAILABLE;
    return new EtcdException(place, code, "the watch was ended: " + Refusal.brief(reason));
  }

  /** Returns whether the revision that was asked for is compacted. */
  public boolean isCompacted() {
    return code == OUT_OF_RANGE && reason.contains("compacted");
  }

  /** Returns whether the user may not do that. */
  public boolean isPermissionDenied() {
    return code == PERMISSION_DENIED;
  }

  /** Returns whether the server can do nothing at the moment: it has no leader, for example. */
  boolean isUnavailable() {
    return code == UNAVAILABLE;
  }

  /** Returns whether another token is needed; etcd forgets one that was not used for minutes. */
  boolean needsToken() {
    return code == UNAUTHENTICATED || reason.contains("revision of auth store is old");
  }
}
