package dev.koi.core.settings;

import static java.util.Objects.requireNonNull;

import dev.koi.spi.BackendConfig;

/**
 * One entry {@code koi.backends.<name>}.
 *
 * @param type the backend that serves it, by {@link dev.koi.spi.RuntimeBackend#name()}
 * @param enabled whether it is used
 * @param config what the backend sees of it, with the entry's name
 */
public record BackendSettings(String type, Enabled enabled, BackendConfig config) {
  /** Requires all. */
  public BackendSettings {
    requireNonNull(type, "type");
    requireNonNull(enabled, "enabled");
    requireNonNull(config, "config");
  }

  /** Returns the entry's name. */
  public String name() {
    return config.name();
  }
}
