package dev.koi.docker.engine;

import java.time.Duration;

/**
 * How long an engine may take, and how often it is looked after.
 *
 * @param connect for each of the first requests
 * @param ping for each of the later pings
 * @param inspect for one container
 * @param list for the list of containers
 * @param headers how long a watch waits for the event stream's headers before it counts as live;
 *     some versions of Podman hold them back until the first event
 * @param heartbeat between two pings while a watch is open
 * @param streamAge after which an event stream is replaced by a fresh one
 */
record EngineTimings(
    Duration connect,
    Duration ping,
    Duration inspect,
    Duration list,
    Duration headers,
    Duration heartbeat,
    Duration streamAge) {

  static EngineTimings standard(Duration connect) {
    return new EngineTimings(
        connect,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofMinutes(3)); // some proxies cut what is older than four
  }
}
