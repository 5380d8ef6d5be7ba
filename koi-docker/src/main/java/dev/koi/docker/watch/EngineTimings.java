package dev.koi.docker.watch;

import java.time.Duration;

/**
 * How long an engine may take where no caller's deadline counts, and how often a watch is renewed.
 *
 * @param inspection how long a list waits in all while no inspection ends; then it goes on without
 *     details
 * @param headers how long a watch waits for the event stream's headers before it counts as live;
 *     some versions of Podman hold them back until the first event
 * @param trial how long a new watch waits for the end of a stream that the engine may end at once;
 *     seen to take 20 ms
 * @param upkeep between two looks at what a watch needs, such as a fresh stream
 * @param streamAge after which an event stream is replaced by a fresh one
 */
public record EngineTimings(
    Duration inspection, Duration headers, Duration trial, Duration upkeep, Duration streamAge) {

  /** The usual ones. */
  public static final EngineTimings STANDARD =
      new EngineTimings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofMinutes(3)); // some proxies cut what is older than four
}
