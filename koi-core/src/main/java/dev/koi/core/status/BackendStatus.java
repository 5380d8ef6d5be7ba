package dev.koi.core.status;

import dev.koi.core.settings.Enabled;
import dev.koi.spi.RuntimeInfo;
import java.time.Instant;
import java.util.Optional;

/** How it stands between Koi and one runtime, at one moment. */
public final class BackendStatus {

  private final String name;
  private final String type;
  private final Enabled enabled;
  private final BackendState state;
  private final Instant since;
  private final String reason;
  private final RuntimeInfo runtime; // null unless connected

  /**
   * Makes one.
   *
   * @param since when it came into this state
   * @param reason one sentence for a person; empty if there is nothing to say
   * @param runtime who answered; {@code null} unless connected
   */
  public BackendStatus(
      String name,
      String type,
      Enabled enabled,
      BackendState state,
      Instant since,
      String reason,
      RuntimeInfo runtime) {
    this.name = name;
    this.type = type;
    this.enabled = enabled;
    this.state = state;
    this.since = since;
    this.reason = reason;
    this.runtime = runtime;
  }

  /** Returns the name of the configuration's entry. */
  public String name() {
    return name;
  }

  /** Returns the name of the backend that serves it. */
  public String type() {
    return type;
  }

  /** Returns what the configuration says of it. */
  public Enabled enabled() {
    return enabled;
  }

  /** Returns how it stands. */
  public BackendState state() {
    return state;
  }

  /** Returns when it came into this state. */
  public Instant since() {
    return since;
  }

  /** Returns why it is not connected, or what is limited; empty if there is nothing to say. */
  public String reason() {
    return reason;
  }

  /** Returns who answered, while connected. */
  public Optional<RuntimeInfo> runtime() {
    return Optional.ofNullable(runtime);
  }
}
