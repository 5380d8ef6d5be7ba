package dev.koi.core.discovery;

import static java.util.Objects.requireNonNull;

import dev.koi.spi.RuntimeBackend;

/**
 * A backend that can be used.
 *
 * @param name what {@link RuntimeBackend#name()} returned, checked
 * @param version its jar's Implementation-Version; empty if it says none
 * @param source the jar or directory its class was loaded from; empty if unknown
 * @param backend the service
 */
public record DiscoveredBackend(
    String name, String version, String source, RuntimeBackend backend) {
  /** Requires all. */
  public DiscoveredBackend {
    requireNonNull(name, "name");
    requireNonNull(version, "version");
    requireNonNull(source, "source");
    requireNonNull(backend, "backend");
  }
}
