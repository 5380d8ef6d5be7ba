package dev.koi.core.settings;

import static java.util.Objects.requireNonNull;

import dev.koi.spi.BackendConfig;
import java.util.Map;

/**
 * One entry {@code koi.backends.<name>}.
 *
 * @param type the backend that serves it, by {@link dev.koi.spi.RuntimeBackend#name()}
 * @param enabled whether it is used
 * @param config what the backend sees of it, with the entry's name
 * @param places by full key, where a value was written, as in {@code "koi.conf: 3: "}
 */
public record BackendSettings(
    String type, Enabled enabled, BackendConfig config, Map<String, String> places) {
  /** Makes an entry that was not read from anywhere. */
  public BackendSettings(String type, Enabled enabled, BackendConfig config) {
    this(type, enabled, config, Map.of());
  }

  /** Requires all. */
  public BackendSettings {
    places = Map.copyOf(places);
    requireNonNull(type, "type");
    requireNonNull(enabled, "enabled");
    requireNonNull(config, "config");
  }

  /** Returns the entry's name. */
  public String name() {
    return config.name();
  }

  /** Returns a message about the value of a key, with the place where that was written. */
  public String placed(String message) {
    int end = message.indexOf(' ');
    return places.getOrDefault(end < 0 ? "" : message.substring(0, end), "") + message;
  }
}
