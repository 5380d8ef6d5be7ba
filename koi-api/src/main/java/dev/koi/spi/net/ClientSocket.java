package dev.koi.spi.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The socket of a connection to a server. Used by one thread at a time, whose interrupt ends
 * whatever it waits for, as does {@link #close} from any thread.
 */
public final class ClientSocket implements AutoCloseable {

  private volatile Socket socket; // null until there is one
  private volatile boolean closed;

  /** Makes one that is not connected. */
  public ClientSocket() {}

  /**
   * Connects to the first of these addresses that accepts.
   *
   * @param addresses of the server, at least one
   * @param port of the server
   * @return the socket
   * @throws IOException if none accepts; the last one's reason
   */
  public Socket connect(List<InetAddress> addresses, int port) throws IOException {
    IOException failure = null;
    for (InetAddress address : addresses) {
      try {
        return connect(new InetSocketAddress(address, port));
      } catch (IOException e) {
        if (closed || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failure = e;
      }
    }
    throw failure;
  }

  /**
   * Connects by a channel, because other sockets take no interrupt.
   *
   * @param address of TCP, or of a unix socket
   * @return the socket
   * @throws IOException if nothing accepts there, or this is closed
   */
  public Socket connect(SocketAddress address) throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    SocketChannel channel =
        unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    try {
      Socket next = opened(unix ? new UnixSocket(channel) : channel.socket());
      channel.connect(address);
      if (!unix) {
        next.setTcpNoDelay(true);
        next.setKeepAlive(true);
      }
      return next;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Takes note of a socket, so that {@link #close} closes it.
   *
   * @param next a socket that is not yet connected
   * @return the same
   * @throws IOException if this is closed
   */
  public Socket opened(Socket next) throws IOException {
    socket = next;
    if (closed) {
      next.close(); // close() may not have seen it
      throw new SocketException("closed");
    }
    return next;
  }

  /**
   * Adds TLS to a connected socket. The server's name is verified.
   *
   * @param tls the authorities to trust, and the client's own certificate
   * @param tcp the socket
   * @param host the server's name or address
   * @param port of the server
   * @return the socket to use
   * @throws IOException if the handshake fails
   */
  public static SSLSocket secured(SSLContext tls, Socket tcp, String host, int port)
      throws IOException {
    SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(tcp, host, port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  /** {@return whether {@link #close} was called} */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    Socket open = socket;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // nothing to be done about a socket that does not close
      }
    }
  }
}
