package dev.koi.testkit;

import static java.util.Objects.requireNonNull;

import dev.koi.spi.BackendConfig;
import java.util.List;

/**
 * A configuration with which {@code connect} must fail.
 *
 * @param config what to connect with
 * @param named what the exception's message must contain: each place tried, or the key at fault
 *     relative to its entry
 */
public record FailingConfig(BackendConfig config, List<String> named) {

  /**
   * Copies the names.
   *
   * @throws IllegalArgumentException if there is none
   */
  public FailingConfig {
    requireNonNull(config, "config");
    named = List.copyOf(named);
    if (named.isEmpty()) {
      throw new IllegalArgumentException("named must hold what the message has to contain");
    }
  }

  /** Returns one whose exception must name all those. */
  public static FailingConfig naming(BackendConfig config, String... named) {
    return new FailingConfig(config, List.of(named));
  }
}
