package dev.koi.docker.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.koi.spi.BackendConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place where an engine may answer.
 *
 * @param uri of scheme unix, npipe or tcp
 * @param source who named it, as in "DOCKER_HOST"; empty if it is one of the usual places
 * @param configured whether Koi's own configuration names it, so that whatever answers is meant
 * @param certificates the directory of ca.pem, cert.pem and key.pem for TLS; empty for plain HTTP
 */
public record EngineEndpoint(
    URI uri, String source, boolean configured, Optional<Path> certificates) {

  /** What fits into the address of a unix socket on Linux. */
  private static final int MAX_SOCKET_PATH = 107;

  /** Where Docker's own command line looks if an ssh:// address names no path. */
  private static final String SSH_SOCKET = "/var/run/docker.sock";

  private static final int PLAIN_PORT = 2375;
  private static final int TLS_PORT = 2376;

  /** Requires all. */
  public EngineEndpoint {
    requireNonNull(uri, "uri");
    requireNonNull(source, "source");
    requireNonNull(certificates, "certificates");
  }

  /** Returns one of the usual places of a socket. */
  public static EngineEndpoint usual(Path socket) {
    return new EngineEndpoint(socketUri(socket.toString()), "", false, Optional.empty());
  }

  /** Returns one of the usual places of a Windows pipe, given its name. */
  public static EngineEndpoint usualPipe(String name) {
    return new EngineEndpoint(URI.create("npipe:////./pipe/" + name), "", false, Optional.empty());
  }

  /**
   * Returns the endpoint that the configuration's "host" names, else the one that the variable
   * names, else nothing.
   *
   * @param certificates for the variable's endpoint; the configuration has its own, "cert-path"
   * @throws IllegalArgumentException if it cannot be used; names the key or the variable
   */
  public static Optional<EngineEndpoint> named(
      BackendConfig config,
      ProcessEnvironment surroundings,
      String variable,
      Optional<Path> certificates) {
    boolean insecure = config.bool("insecure", false);
    Optional<String> host = config.string("host");
    Optional<String> value = surroundings.variable(variable);
    try {
      if (host.isPresent()) {
        Optional<Path> own = config.string("cert-path").map(Path::of);
        return Optional.of(parse(host.get(), config.fullKey("host"), true, own, insecure));
      }
      return value.map(address -> parse(address, variable, false, certificates, insecure));
    } catch (IllegalArgumentException e) {
      throw host.isPresent()
          ? config.invalid("host", e.getMessage())
          : new IllegalArgumentException(
              variable + " " + e.getMessage() + " but was " + value.orElse(""), e);
    }
  }

  /**
   * Returns an endpoint for an address as people write it.
   *
   * @param insecure whether plain HTTP to another host is meant
   * @throws IllegalArgumentException if it cannot be used; the message says what it must be, as in
   *     "must name a host"
   */
  public static EngineEndpoint parse(
      String address,
      String source,
      boolean configured,
      Optional<Path> certificates,
      boolean insecure) {
    URI uri =
        switch (address.replaceFirst(":.*", "")) {
          case "unix" -> socket(address);
          case "npipe" -> syntax(address);
          case "tcp" -> tcp(syntax(address), certificates.isPresent(), insecure);
          case "ssh" -> throw ssh(syntax(address));
          default ->
              throw new IllegalArgumentException("must begin with unix://, tcp:// or npipe://");
        };
    return new EngineEndpoint(
        uri, source, configured, certificates.filter(any -> uri.getScheme().equals("tcp")));
  }

  private static IllegalArgumentException ssh(URI uri) {
    String path = uri.getPath() == null || uri.getPath().isEmpty() ? SSH_SOCKET : uri.getPath();
    String user = uri.getUserInfo() == null ? "" : uri.getUserInfo().replaceFirst(":.*", "") + "@";
    return new IllegalArgumentException(
        String.format(
            "must not begin with ssh://: forward the socket (ssh -nNT -L /tmp/engine.sock:%s%s"
                + " %s%s) and name unix:///tmp/engine.sock instead",
            path,
            uri.getPort() < 0 ? "" : " -p " + uri.getPort(),
            user,
            uri.getHost() == null ? "HOST" : uri.getHost()));
  }

  private static URI socket(String address) {
    if (!address.startsWith("unix:///")) {
      throw new IllegalArgumentException("must be unix:// and an absolute path");
    }
    String path = address.substring("unix://".length());
    if (path.getBytes(UTF_8).length > MAX_SOCKET_PATH) {
      throw new IllegalArgumentException(
          "must have a path of at most " + MAX_SOCKET_PATH + " bytes, the system's limit");
    }
    return socketUri(path);
  }

  private static URI socketUri(String path) {
    try {
      return new URI("unix", "", path, null, null); // quotes blanks and the like
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be unix:// and an absolute path", e);
    }
  }

  private static URI tcp(URI uri, boolean tls, boolean insecure) {
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("must name a host and a port, as in tcp://10.0.0.7:2376");
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException("must not name a user");
    }
    boolean own = uri.getHost().matches("localhost|127\\.[0-9.]+|\\[::1\\]");
    if (!tls && !own && !insecure) {
      throw new IllegalArgumentException(
          "must not be plain HTTP to another host, where whoever listens in has the engine (set"
              + " certificates, or insecure = true)");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
    return URI.create("tcp://" + uri.getHost() + ":" + port);
  }

  private static URI syntax(String address) {
    try {
      return new URI(address);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be an address: " + e.getReason(), e);
    }
  }

  /** Returns the socket's file, if it is a unix socket. */
  public Optional<Path> socket() {
    return uri.getScheme().equals("unix") ? Optional.of(Path.of(uri.getPath())) : Optional.empty();
  }

  /** Returns the form people write, as in {@code "unix:///var/run/docker.sock"}. */
  public String address() {
    return socket().map(path -> "unix://" + path).orElse(uri.toString());
  }

  /** Returns the address, and who named it. */
  @Override
  public String toString() {
    return source.isEmpty() ? address() : address() + " (" + source + ")";
  }
}
