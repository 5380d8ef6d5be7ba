package dev.koi.fleet.format;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Fields;
import java.util.Map;

/**
 * The value of an instance's key: {@code {"v": 1, "host": ..., "epoch": ..., "instance": {...}}}.
 *
 * @param host the host that publishes it; the same as in its key
 * @param epoch the publisher's, as in {@link PublishedHost#epoch}
 * @param instance the fields of {@link dev.koi.Instance#toMap}, as the host sees the instance
 */
public record PublishedInstance(String host, String epoch, Map<String, Object> instance) {

  private static final int VERSION = 1;

  /** Requires all. */
  public PublishedInstance {
    requireNonNull(host, "host");
    requireNonNull(epoch, "epoch");
    requireNonNull(instance, "instance");
  }

  /** Returns the value as JSON in one line of ASCII. */
  public String toJson() {
    return JsonObject.json(
        Fields.of("v", VERSION, "host", host, "epoch", epoch, "instance", instance));
  }

  /**
   * Reads a value that any writer may have made.
   *
   * @throws IllegalArgumentException if it has another form; does not quote it
   */
  public static PublishedInstance parse(String json) {
    JsonObject fields = JsonObject.parse(json);
    fields.requireVersion(VERSION);
    return new PublishedInstance(fields.text("host"), fields.text("epoch"), fields.map("instance"));
  }
}
