package dev.koi.serve;

import dev.koi.core.settings.ServeSettings;
import dev.koi.serve.http.Token;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;

/** The address and port, or the unix socket, that the server listens on. */
final class Listening {

  /** The kernel would take megabytes for a client that reads nothing, before a write waits. */
  private static final int SEND_BUFFER = 65_536;

  private final ServeSettings settings;
  private final AbstractConnector connector;
  private final boolean everywhere;
  private final GroupPrincipal group; // null for that of the process

  /**
   * Prepares to listen.
   *
   * @throws IllegalArgumentException if other machines could connect without a token, or the
   *     socket's group does not exist
   * @throws IOException if the host or the socket cannot be used
   */
  Listening(ServeSettings settings, Token token, Server server, HttpConnectionFactory http)
      throws IOException {
    this.settings = settings;
    if (settings.socket().isPresent()) {
      everywhere = false;
      group = settings.socketGroup().isEmpty() ? null : group(settings.socketGroup());
      removeStale(settings.socket().get());
      UnixDomainServerConnector unix = new UnixDomainServerConnector(server, 1, 1, http);
      unix.setUnixDomainPath(settings.socket().get());
      unix.setAcceptedSendBufferSize(SEND_BUFFER);
      connector = unix;
    } else {
      InetAddress address = address(settings.host());
      if (!address.isLoopbackAddress() && !token.required() && !settings.insecure()) {
        throw new IllegalArgumentException(
            "koi.serve.host is "
                + settings.host()
                + ", so other machines could see all instances; set koi.serve.token-file or the"
                + " environment variable "
                + Token.VARIABLE
                + ", or koi.serve.insecure = true if that is wanted");
      }
      everywhere = address.isAnyLocalAddress();
      group = null;
      ServerConnector tcp = new ServerConnector(server, 1, 1, http);
      tcp.setHost(settings.host());
      tcp.setPort(settings.port());
      tcp.setAcceptedSendBufferSize(SEND_BUFFER);
      connector = tcp;
    }
    connector.setIdleTimeout(settings.idleTimeout().toMillis());
  }

  private static InetAddress address(String host) throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("koi.serve.host: '" + host + "' is not known as an address", e);
    }
  }

  private static GroupPrincipal group(String name) throws IOException {
    try {
      return FileSystems.getDefault()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(name);
    } catch (UserPrincipalNotFoundException e) {
      throw new IllegalArgumentException(
          "koi.serve.socket-group: there is no group '" + name + "'", e);
    }
  }

  /** A process that was killed has left its socket; one that still listens keeps it. */
  private static void removeStale(Path socket) throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException("koi.serve.socket: " + socket + " is there, and is no socket");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) { // nobody listens
      Files.delete(socket);
      return;
    }
    throw new IOException("koi.serve.socket: another process listens on " + socket);
  }

  AbstractConnector connector() {
    return connector;
  }

  /** Returns whether it is on every address of the machine. */
  boolean everywhere() {
    return everywhere;
  }

  /** Lets the configured group, and nobody else, connect to the unix socket. */
  void admitGroup() throws IOException {
    if (settings.socket().isEmpty()) {
      return;
    }
    Path socket = settings.socket().get();
    if (group != null) {
      try {
        Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(group);
      } catch (IOException e) {
        throw new IOException(
            "koi.serve.socket-group: this user cannot give the socket to '" + group + "'", e);
      }
    }
    Files.setAttribute(socket, "unix:mode", Integer.parseInt(settings.socketMode(), 8));
  }

  /** Returns where clients find the page. */
  String address() {
    if (connector instanceof ServerConnector tcp) {
      String host = settings.host();
      return "http://"
          + (host.contains(":") ? "[" + host + "]" : host)
          + ":"
          + tcp.getLocalPort()
          + settings.basePath();
    }
    return "unix://" + settings.socket().orElseThrow();
  }

  /** Names the place where the server could not listen, and what would help. */
  IOException described(IOException e) {
    Throwable cause = e instanceof SocketException ? e : e.getCause();
    if (!(cause instanceof SocketException)) {
      return e; // says it all
    }
    String place =
        settings.socket().map(Path::toString).orElse(settings.host() + ":" + settings.port());
    String help =
        cause instanceof BindException && settings.socket().isEmpty()
            ? "; --host and --port choose another address"
            : "";
    return new IOException("cannot listen on " + place + ": " + cause.getMessage() + help, e);
  }
}
