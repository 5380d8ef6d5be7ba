package dev.koi.spi;

import static java.util.Objects.requireNonNull;

/**
 * Who answered.
 *
 * @param product the runtime's own name, such as "Docker Engine"
 * @param version its version, such as "26.1.5"; empty if it has none
 * @param apiVersion the version of its interface that is spoken, such as "1.45"; empty if it has
 *     none
 * @param endpoint where it answered, such as "unix:///var/run/docker.sock"; of two entries with the
 *     same endpoint Koi shows one, so a backend that shows parts of a runtime adds which part
 */
public record RuntimeInfo(String product, String version, String apiVersion, String endpoint) {
  /**
   * Requires all.
   *
   * @param product not null
   * @param version not null
   * @param apiVersion not null
   * @param endpoint not null
   */
  public RuntimeInfo {
    requireNonNull(product, "product");
    requireNonNull(version, "version");
    requireNonNull(apiVersion, "apiVersion");
    requireNonNull(endpoint, "endpoint");
  }
}
