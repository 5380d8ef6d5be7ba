package dev.koi.core.settings;

import java.util.List;

/**
 * The whole configuration.
 *
 * @param timing deadlines and intervals
 * @param backends the entries, sorted by name
 */
public record KoiSettings(Timing timing, List<BackendSettings> backends) {
  /** Copies the entries. */
  public KoiSettings {
    backends = List.copyOf(backends);
  }
}
