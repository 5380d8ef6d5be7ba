package dev.koi.docker.engine;

import com.github.dockerjava.transport.NamedPipeSocket;
import com.github.dockerjava.transport.UnixSocket;
import dev.koi.docker.endpoint.EngineEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.MessageSupport;

/**
 * An HTTP connection to an engine, for one request after another. Used by one thread at a time;
 * closed by any, which ends whatever that thread waits for.
 *
 * <p>It does as it is told: it follows no redirect, asks nothing twice, and logs nothing.
 */
final class EngineLink implements AutoCloseable {

  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setMaxLineLength(64 << 10)
          .setMaxHeaderCount(200)
          .setMaxEmptyLineCount(10)
          .build();

  private final URI engine;
  private final DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(LIMITS);
  private volatile Socket socket; // null until there is one
  private volatile boolean closed;

  EngineLink(EngineEndpoint endpoint) {
    engine = endpoint.uri();
  }

  /**
   * Connects. On a unix socket only an interrupt ends it, when the engine's backlog is full.
   *
   * @param tls {@code null} for none
   * @param timeout for each of a host's addresses
   */
  void connect(SSLContext tls, Duration timeout) throws IOException {
    switch (engine.getScheme()) {
      case "unix" -> http.bind(opened(UnixSocket.get(engine.getPath())));
      case "npipe" -> {
        Socket pipe = opened(new NamedPipeSocket(engine.getPath()));
        pipe.connect(null, Math.toIntExact(timeout.toMillis()));
        http.bind(pipe);
      }
      default -> {
        String host = engine.getHost().replaceAll("[\\[\\]]", ""); // of an IPv6 address
        Socket tcp = connectTcp(host, Math.toIntExact(timeout.toMillis()));
        if (tls == null) {
          http.bind(tcp);
        } else {
          http.bind(secured(tls, tcp, host), tcp);
        }
      }
    }
  }

  private Socket connectTcp(String host, int timeout) throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(host)) {
      Socket tcp = opened(new Socket());
      try {
        tcp.connect(new InetSocketAddress(address, engine.getPort()), timeout);
        tcp.setTcpNoDelay(true);
        tcp.setKeepAlive(true);
        return tcp;
      } catch (IOException e) {
        tcp.close();
        failure = e;
      }
    }
    throw failure;
  }

  private SSLSocket secured(SSLContext tls, Socket tcp, String host) throws IOException {
    SSLSocket secured =
        (SSLSocket) tls.getSocketFactory().createSocket(tcp, host, engine.getPort(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the host's name is verified
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  /** Takes note of a socket, so that closing this closes it. */
  private Socket opened(Socket next) throws IOException {
    socket = next;
    if (closed) {
      next.close(); // close() may not have seen it
      throw new SocketException("closed");
    }
    return next;
  }

  /** Asks, and returns the answer's head; its body is read from its entity, if it has one. */
  ClassicHttpResponse ask(EngineRequest request) throws IOException {
    BasicClassicHttpRequest get = new BasicClassicHttpRequest("GET", request.path());
    get.setHeader("Host", engine.getHost() == null ? "localhost" : engine.getAuthority());
    try {
      http.sendRequestHeader(get);
      http.flush();
      ClassicHttpResponse response = http.receiveResponseHeader();
      while (response.getCode() < 200) {
        response = http.receiveResponseHeader(); // that was not yet the answer
      }
      if (MessageSupport.canResponseHaveBody("GET", response)) {
        http.receiveResponseEntity(response);
      }
      return response;
    } catch (HttpException e) {
      // its own message would quote the answer
      throw new ProtocolException("the answer is no valid HTTP");
    }
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
