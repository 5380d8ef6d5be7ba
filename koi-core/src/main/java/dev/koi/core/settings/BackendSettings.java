package dev.koi.core.settings;

import static java.util.Objects.requireNonNull;

import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendConfig;
import java.util.Comparator;
import java.util.Map;

/**
 * One entry {@code koi.backends.<name>}.
 *
 * @param type the backend that serves it, by {@link dev.koi.spi.RuntimeBackend#name()}
 * @param enabled whether Koi uses it
 * @param config the entry's name and the backend's own keys
 * @param places where each value was written, as in {@code "koi.conf: 3: "}, by full key
 */
public record BackendSettings(
    String type, Enabled enabled, BackendConfig config, Map<String, String> places) {
  /** Makes an entry that was not read from a file. */
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

  /** Returns the message, after the place where the key that it names was written. */
  public String placed(String message) {
    return places.keySet().stream()
            .filter(message::contains)
            .max(Comparator.comparingInt(String::length)) // the other is the start of this one
            .map(places::get)
            .orElse("")
        + message;
  }
}
