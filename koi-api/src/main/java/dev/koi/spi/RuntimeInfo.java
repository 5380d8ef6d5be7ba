package dev.koi.spi;

import static java.util.Objects.requireNonNull;

/**
 * The runtime at the other end of a connection.
 *
 * @param product the runtime's name, such as "Docker Engine"
 * @param version its version, such as "26.1.5"; empty if it has none
 * @param apiVersion the version of the API in use, such as "1.45"; empty if there is none
 * @param endpoint its address, such as "unix:///var/run/docker.sock". If two entries have the same
 *     endpoint, Koi uses only one of them; a backend that shows a part of a runtime, such as a
 *     namespace, appends that part
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
