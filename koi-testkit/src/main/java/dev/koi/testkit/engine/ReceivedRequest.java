package dev.koi.testkit.engine;

/**
 * A request the simulated engine received.
 *
 * @param path decoded, with the version prefix if there was one
 * @param query undecoded, empty if there was none
 */
public record ReceivedRequest(Endpoint endpoint, String method, String path, String query) {
  @Override
  public String toString() {
    return method + " " + path + (query.isEmpty() ? "" : "?" + query);
  }
}
