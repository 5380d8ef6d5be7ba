package dev.koi.docker.endpoint;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An address at which an engine may answer.
 *
 * @param uri of scheme unix, npipe or tcp; a tcp one has a host and a port, and may have a path
 * @param origin what named it
 * @param source the setting that named it, as in "DOCKER_HOST"; empty for a usual place
 * @param certificates the directory of ca.pem, cert.pem and key.pem for TLS; empty for plain HTTP
 * @param insecure whether plain HTTP to another host is allowed
 */
public record EngineEndpoint(
    URI uri, Origin origin, String source, Optional<Path> certificates, boolean insecure) {

  /** What named an endpoint. */
  public enum Origin {
    /** Koi's own configuration: any engine that answers there is meant. */
    CONFIGURED,
    /** A setting of the product. */
    NAMED,
    /** A setting of another product, whose backend reports what is wrong with it. */
    BORROWED,
    /** No setting: engines usually listen there. */
    USUAL
  }

  static final String PLAIN_ELSEWHERE =
      "must not be plain HTTP to another host, where anyone who can read the traffic controls the"
          + " engine (set cert-path, or insecure = true)";

  /** Requires all. */
  public EngineEndpoint {
    requireNonNull(uri, "uri");
    requireNonNull(origin, "origin");
    requireNonNull(source, "source");
    requireNonNull(certificates, "certificates");
  }

  /** Returns one of the usual places of a socket. */
  public static EngineEndpoint usual(Path socket) {
    return usual(socketUri(socket.toAbsolutePath().toString()));
  }

  /** Returns one of the usual places of a Windows pipe, given its name. */
  public static EngineEndpoint usualPipe(String name) {
    return usual(URI.create("npipe:////./pipe/" + name));
  }

  private static EngineEndpoint usual(URI uri) {
    return new EngineEndpoint(uri, Origin.USUAL, "", Optional.empty(), false);
  }

  static URI socketUri(String path) {
    try {
      return new URI("unix", "", path, null, null); // quotes blanks and the like
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be unix:// and an absolute path", e);
    }
  }

  /** Returns this endpoint as one that another product's backend tries, too. */
  public EngineEndpoint borrowed() {
    return new EngineEndpoint(uri, Origin.BORROWED, source, certificates, insecure);
  }

  /** Returns whether Koi's own configuration names it. */
  public boolean configured() {
    return origin == Origin.CONFIGURED;
  }

  /** Returns the socket's file, if it is a unix socket. */
  public Optional<Path> socket() {
    return uri.getScheme().equals("unix") ? Optional.of(Path.of(uri.getPath())) : Optional.empty();
  }

  /** Returns the host of a tcp endpoint, an IPv6 address without brackets. */
  public String host() {
    String authority = uri.getRawAuthority(); // URI itself finds no host that has an underscore
    return authority.substring(0, authority.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
  }

  /** Returns the port of a tcp endpoint. */
  public int port() {
    String authority = uri.getRawAuthority();
    return Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
  }

  /** Returns what begins the path of every request: the path of a tcp endpoint, else nothing. */
  public String pathPrefix() {
    return uri.getScheme().equals("tcp") ? uri.getRawPath().replaceFirst("/+$", "") : "";
  }

  /**
   * Returns the addresses of a tcp endpoint's host.
   *
   * @throws IOException if there are none, or plain HTTP would leave this host without permission
   */
  public List<InetAddress> addresses() throws IOException {
    List<InetAddress> addresses = List.of(InetAddress.getAllByName(host()));
    if (certificates.isEmpty() && !insecure) {
      for (InetAddress address : addresses) {
        if (!isThisHost(address)) {
          throw new IOException(
              this + " " + PLAIN_ELSEWHERE + ", and this is " + address.getHostAddress());
        }
      }
    }
    return addresses;
  }

  private static boolean isThisHost(InetAddress address) throws SocketException {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }

  /** Returns the form people write, as in {@code "unix:///var/run/docker.sock"}. */
  public String address() {
    return socket().map(path -> "unix://" + path).orElse(uri.toString());
  }

  /** Returns the address, and the setting that named it. */
  @Override
  public String toString() {
    return source.isEmpty() ? address() : address() + " (" + source + ")";
  }
}
