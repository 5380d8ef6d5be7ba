package dev.koi.fleet.etcd;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the servers of one cluster are, and how to speak to them. Immutable. Holds no password,
 * only the name of the file that does.
 *
 * @param endpoints the addresses of the servers, each {@code http://host:port} or {@code
 *     https://host:port}; at least one
 * @param user the user to log in as; empty for none
 * @param passwordFile the file whose first line is the user's password; read at each login
 * @param certificates for https, the directory that holds ca.pem and, if the servers want a
 *     certificate, cert.pem and key.pem; empty for the authorities that the JDK trusts
 * @param deadline how long a call may take, all servers together
 */
public record EtcdSettings(
    List<URI> endpoints,
    String user,
    Optional<Path> passwordFile,
    Optional<Path> certificates,
    Duration deadline) {

  /** How long a call may take unless the settings say otherwise. */
  public static final Duration DEADLINE = Duration.ofSeconds(5);

  /** Copies the endpoints. */
  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
    requireNonNull(user, "user");
    requireNonNull(passwordFile, "passwordFile");
    requireNonNull(certificates, "certificates");
    requireNonNull(deadline, "deadline");
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("must name at least one server");
    }
    if (user.isEmpty() == passwordFile.isPresent()) {
      throw new IllegalArgumentException("user and password-file belong together");
    }
  }

  /**
   * Returns settings without user and certificates.
   *
   * @throws IllegalArgumentException if an address cannot be used; says what it must be
   */
  public static EtcdSettings of(List<String> endpoints) {
    List<URI> addresses = new ArrayList<>();
    endpoints.forEach(endpoint -> addresses.add(address(endpoint)));
    return new EtcdSettings(addresses, "", Optional.empty(), Optional.empty(), DEADLINE);
  }

  /** Returns the same with a user. */
  public EtcdSettings withUser(String user, Path passwordFile) {
    return new EtcdSettings(endpoints, user, Optional.of(passwordFile), certificates, deadline);
  }

  /** Returns the same with a directory of certificates. */
  public EtcdSettings withCertificates(Path directory) {
    return new EtcdSettings(endpoints, user, passwordFile, Optional.of(directory), deadline);
  }

  /** Returns the same with a deadline. */
  public EtcdSettings withDeadline(Duration deadline) {
    return new EtcdSettings(endpoints, user, passwordFile, certificates, deadline);
  }

  private static URI address(String text) {
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = "".equals(uri.getRawPath()) || "/".equals(uri.getRawPath());
      boolean only = uri.getUserInfo() == null && uri.getQuery() == null;
      if (http && bare && only && uri.getHost() != null && uri.getPort() != 0) {
        int port = uri.getPort() < 0 ? 2379 : uri.getPort();
        return new URI(uri.getScheme(), null, uri.getHost(), port, null, null, null);
      }
    } catch (URISyntaxException e) {
      // refused below
    }
    throw new IllegalArgumentException(
        "must be addresses such as http://127.0.0.1:2379 or https://etcd-1:2379");
  }

  /**
   * Returns the first address whose traffic others on the way can read and change: plain HTTP to
   * another machine.
   */
  public Optional<URI> unprotected() {
    return endpoints.stream().filter(uri -> !isSafe(uri)).findFirst();
  }

  private static boolean isSafe(URI uri) {
    String host = uri.getHost();
    boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
    try {
      return uri.getScheme().equals("https")
          || host.equals("localhost")
          || (literal && InetAddress.getByName(host).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false; // 300.0.0.1
    }
  }

  /** Returns the addresses as people write them. */
  public String place() {
    return String.join(",", endpoints.stream().map(URI::toString).toList());
  }
}
