package dev.koi.fleet.etcd;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
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
      throw new IllegalArgumentException(
          "must name at least one server, as in http://127.0.0.1:2379");
    }
  }

  /** Returns settings without user and certificates, which may use plain HTTP anywhere. */
  public static EtcdSettings of(List<String> endpoints) {
    return of("", endpoints, "", Optional.empty(), Optional.empty(), true);
  }

  /**
   * Returns the settings that a configuration names, with the usual deadline.
   *
   * @param keys the beginning of the configuration's keys, for messages
   * @param insecure whether plain HTTP to another machine is wanted
   * @throws IllegalArgumentException if they cannot be used; names the key, and quotes no password
   */
  public static EtcdSettings of(
      String keys,
      List<String> endpoints,
      String user,
      Optional<Path> passwordFile,
      Optional<Path> certificates,
      boolean insecure) {
    if (user.isEmpty() == passwordFile.isPresent()) {
      String missing = user.isEmpty() ? "user" : "password-file";
      throw new IllegalArgumentException(keys + missing + " is missing: a login needs both");
    }
    try {
      List<URI> addresses = endpoints.stream().map(EtcdSettings::address).toList();
      EtcdSettings settings =
          new EtcdSettings(addresses, user, passwordFile, certificates, DEADLINE);
      Optional<URI> unprotected = settings.unprotected();
      if (unprotected.isPresent() && !insecure) {
        throw new IllegalArgumentException(
            "must be https unless "
                + keys
                + "insecure = true, because on the way to another host others could change what the"
                + " fleet shows, but one is "
                + unprotected.get());
      }
      return settings;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(keys + "endpoints " + e.getMessage(), e);
    }
  }

  /** Returns the same with a deadline. */
  public EtcdSettings withDeadline(Duration deadline) {
    return new EtcdSettings(endpoints, user, passwordFile, certificates, deadline);
  }

  private static URI address(String text) {
    if (text.contains("@")) {
      throw new IllegalArgumentException("must name no user; user and password-file do");
    }
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = "".equals(uri.getRawPath()) || "/".equals(uri.getRawPath());
      if (http && bare && uri.getQuery() == null && uri.getHost() != null && uri.getPort() != 0) {
        int port = uri.getPort() < 0 ? 2379 : uri.getPort();
        return new URI(uri.getScheme(), null, uri.getHost(), port, null, null, null);
      }
    } catch (URISyntaxException e) {
      // refused below
    }
    throw new IllegalArgumentException(
        "must be addresses such as http://127.0.0.1:2379 or https://etcd-1:2379, but one is '"
            + text
            + "'");
  }

  /**
   * Returns the first address whose traffic others on the way can read and change: plain HTTP to
   * another machine.
   */
  Optional<URI> unprotected() {
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
