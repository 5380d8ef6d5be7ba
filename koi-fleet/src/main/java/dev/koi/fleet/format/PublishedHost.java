package dev.koi.fleet.format;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Fields;
import dev.koi.text.Prefix;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The value of a host's key. The key ends with the publisher's lease, unless the publisher has
 * ended and says so.
 *
 * @param epoch differs for each time that a publisher takes the host's name
 * @param machine the machine's own id, to tell two machines of one name apart
 * @param pid the publisher's process
 * @param since when the publisher took the name
 * @param ended when the publisher ended on purpose; empty while it runs
 * @param backends what it watches
 */
public record PublishedHost(
    String epoch,
    String machine,
    long pid,
    Instant since,
    Optional<Instant> ended,
    List<Backend> backends) {

  /**
   * A backend of the host.
   *
   * @param name the name of its entry
   * @param state the name of its state, such as "connected"
   * @param instances how many are present
   */
  public record Backend(String name, String state, int instances) {

    /** Requires the texts. */
    public Backend {
      requireNonNull(name, "name");
      requireNonNull(state, "state");
    }
  }

  private static final int VERSION = 1;
  private static final int MAX_BACKENDS = 100;
  private static final int MAX_TEXT = 100;

  /** Copies the backends. */
  public PublishedHost {
    requireNonNull(epoch, "epoch");
    requireNonNull(machine, "machine");
    requireNonNull(since, "since");
    requireNonNull(ended, "ended");
    backends = List.copyOf(backends);
  }

  /** Returns the value as JSON in one line of ASCII. */
  public String toJson() {
    return JsonObject.json(
        Fields.of(
            "v", VERSION,
            "epoch", epoch,
            "machine", machine,
            "pid", pid,
            "since", since.toString(),
            "ended", ended.map(Instant::toString).orElse(null),
            "backends", backends.stream().map(PublishedHost::toMap).toList()));
  }

  private static Map<String, Object> toMap(Backend backend) {
    return Fields.of(
        "name", backend.name(), "state", backend.state(), "instances", backend.instances());
  }

  /**
   * Reads a value that any writer may have made. Texts are cut to 100 characters, and the backends
   * to 100.
   *
   * @throws IllegalArgumentException if it has another form; does not quote it
   */
  public static PublishedHost parse(String json) {
    JsonObject fields = JsonObject.parse(json);
    fields.requireVersion(VERSION);
    List<Backend> backends =
        fields.objects("backends").stream()
            .limit(MAX_BACKENDS)
            .map(
                backend ->
                    new Backend(
                        brief(backend, "name"),
                        brief(backend, "state"),
                        (int) Math.max(0, Math.min(backend.integer("instances"), 1_000_000))))
            .toList();
    return new PublishedHost(
        brief(fields, "epoch"),
        brief(fields, "machine"),
        fields.integer("pid"),
        time(fields, "since").orElse(Instant.EPOCH),
        time(fields, "ended"),
        backends);
  }

  private static String brief(JsonObject fields, String name) {
    return Prefix.of(fields.text(name), MAX_TEXT);
  }

  private static Optional<Instant> time(JsonObject fields, String name) {
    String text = fields.text(name);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(name + " is no time");
    }
  }
}
