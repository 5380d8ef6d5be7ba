package dev.koi.core.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the HTTP server: {@code koi.serve}.
 *
 * @param host the address to listen on, or a name of it
 * @param port the port to listen on; 0 for any that is free
 * @param socket the unix socket to listen on instead, if any
 * @param socketGroup the group that the socket gets; empty for that of the process
 * @param socketMode the permissions of the socket, as octal digits
 * @param tokenFile the file with the token that clients need, if any
 * @param insecure whether the server may listen on other addresses than loopback without a token
 * @param hosts further names and addresses by which clients may call this server
 * @param advertiseHost the host of ports that are published on all addresses, for other programs
 * @param basePath the path of the page: "/", or such as "/koi/"
 * @param maxConnections from 1
 * @param maxStreams open event streams, from 1
 * @param requestTimeout the longest time in which a request must arrive
 * @param idleTimeout the longest time in which a client that has to receive may take nothing
 */
public record ServeSettings(
    String host,
    int port,
    Optional<Path> socket,
    String socketGroup,
    String socketMode,
    Optional<Path> tokenFile,
    boolean insecure,
    List<String> hosts,
    String advertiseHost,
    String basePath,
    int maxConnections,
    int maxStreams,
    Duration requestTimeout,
    Duration idleTimeout) {
  /** Copies the list; requires all. */
  public ServeSettings {
    requireNonNull(host, "host");
    requireNonNull(socket, "socket");
    requireNonNull(socketGroup, "socketGroup");
    requireNonNull(socketMode, "socketMode");
    requireNonNull(tokenFile, "tokenFile");
    hosts = List.copyOf(hosts);
    requireNonNull(advertiseHost, "advertiseHost");
    requireNonNull(basePath, "basePath");
    requireNonNull(requestTimeout, "requestTimeout");
    requireNonNull(idleTimeout, "idleTimeout");
  }
}
