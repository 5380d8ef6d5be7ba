package dev.koi.publish;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Fields;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * The status of a publisher at one moment.
 *
 * @param host the name of this host in the fleet
 * @param endpoint the addresses of etcd's servers
 * @param state its state
 * @param since when that state began
 * @param reason why it does not publish; else empty
 * @param instances how many keys it has, as far as it knows
 * @param pending changes that are still to be written
 * @param counts its writes and failures since its start
 */
public record PublisherStatus(
    String host,
    String endpoint,
    State state,
    Instant since,
    String reason,
    int instances,
    int pending,
    Counts counts) {

  /** The state of a publisher. */
  public enum State {
    /** It has not been able or unable to publish yet. */
    CONNECTING,
    /** etcd has all that this host has, but for what is pending. */
    PUBLISHING,
    /** Another publisher has the host's name. This one waits for its end. */
    REFUSED,
    /** etcd is out of reach, or refuses. This one tries again. */
    FAILED,
    /** It was closed. */
    CLOSED;

    /** Returns the name in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The writes and failures of a publisher.
   *
   * @param puts values written
   * @param deletes keys deleted
   * @param bytes the length of all values written
   * @param transactions commits that wrote or deleted
   * @param failures times that it could not go on, and began again
   * @param omitted changes of instances whose keys would be too long
   */
  public record Counts(
      long puts, long deletes, long bytes, long transactions, long failures, long omitted) {}

  /** Requires all. */
  public PublisherStatus {
    requireNonNull(host, "host");
    requireNonNull(endpoint, "endpoint");
    requireNonNull(state, "state");
    requireNonNull(since, "since");
    requireNonNull(reason, "reason");
    requireNonNull(counts, "counts");
  }

  /**
   * Returns the fields by wire name, in a fixed order, as values that any JSON library can write.
   */
  public Map<String, Object> toMap() {
    return Fields.withoutEmpty(
        "host", host,
        "endpoint", endpoint,
        "state", state.wireName(),
        "since", since.toString(),
        "reason", reason,
        "instances", instances,
        "pending", pending);
  }
}
