package dev.koi.core.settings;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long things may take, and how often they are done: {@code koi.timing}.
 *
 * @param connect deadline for connecting and for opening a watch
 * @param find deadline for asking for one instance
 * @param list deadline for asking for all
 * @param resync between two lists that look for what no hint told, at least
 * @param disconnectGrace how long a lost runtime may take to come back before listeners hear of it
 * @param backoffMin the first pause between two attempts to connect
 * @param backoffMax the longest such pause
 * @param stop how long closing may take altogether
 */
public record Timing(
    Duration connect,
    Duration find,
    Duration list,
    Duration resync,
    Duration disconnectGrace,
    Duration backoffMin,
    Duration backoffMax,
    Duration stop) {
  /** Requires all, and each longer than nothing. */
  public Timing {
    require("connect", connect);
    require("find", find);
    require("list", list);
    require("resync", resync);
    require("disconnectGrace", disconnectGrace);
    require("backoffMin", backoffMin);
    require("backoffMax", backoffMax);
    require("stop", stop);
  }

  private static void require(String name, Duration duration) {
    if (requireNonNull(duration, name).isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " must be longer than nothing but was " + duration);
    }
  }
}
