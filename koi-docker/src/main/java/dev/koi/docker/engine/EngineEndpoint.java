package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * A place where an engine may answer.
 *
 * @param uri of scheme unix, npipe or tcp
 * @param source who named it, as in "DOCKER_HOST"; empty if it is one of the usual places
 * @param configured whether Koi's own configuration names it, so that whatever answers is meant
 */
public record EngineEndpoint(URI uri, String source, boolean configured) {

  /** What fits into an address of a unix socket on Linux. */
  private static final int MAX_SOCKET_PATH = 107;

  /** Requires all. */
  public EngineEndpoint {
    requireNonNull(uri, "uri");
    requireNonNull(source, "source");
  }

  /**
   * Returns an endpoint for an address as people write it.
   *
   * @throws IllegalArgumentException if it cannot be used; the message says what it must be
   */
  public static EngineEndpoint parse(String address, String source, boolean configured) {
    return new EngineEndpoint(uri(address), source, configured);
  }

  private static URI uri(String address) {
    try {
      int colon = address.indexOf("://");
      String scheme = colon < 0 ? "" : address.substring(0, colon);
      switch (scheme) {
        case "unix" -> {
          String path = address.substring("unix://".length());
          if (!path.startsWith("/")) {
            throw new IllegalArgumentException("must be unix:// and an absolute path");
          }
          if (path.getBytes(UTF_8).length > MAX_SOCKET_PATH) {
            throw new IllegalArgumentException(
                "must have a path of at most " + MAX_SOCKET_PATH + " bytes, the system's limit");
          }
          return new URI("unix", "", path, null, null);
        }
        case "npipe", "tcp" -> {
          return new URI(address);
        }
        default -> {}
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be an address, but " + e.getReason(), e);
    }
    throw new IllegalArgumentException("must begin with unix://, tcp:// or npipe://");
  }

  /** Returns the form people write, as in {@code "unix:///var/run/docker.sock"}. */
  public String address() {
    return uri.getScheme().equals("unix") ? "unix://" + uri.getPath() : uri.toString();
  }

  @Override
  public String toString() {
    return source.isEmpty() ? address() : address() + " (from " + source + ")";
  }
}
