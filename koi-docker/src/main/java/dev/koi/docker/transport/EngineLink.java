package dev.koi.docker.transport;

import com.github.dockerjava.transport.NamedPipeSocket;
import dev.koi.docker.endpoint.EngineEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.MessageSupport;

/**
 * An HTTP connection to an engine, for one request after another. Used by one thread at a time,
 * whose interrupt ends whatever it waits for, as does {@link #close} from any thread.
 *
 * <p>It follows no redirect, repeats no request, and logs nothing.
 */
final class EngineLink implements AutoCloseable {

  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setMaxLineLength(16 << 10)
          .setMaxHeaderCount(100)
          .setMaxEmptyLineCount(10)
          .build();
  private static final int MAX_INTERIM_ANSWERS = 10;

  private final EngineEndpoint engine;
  private final DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(LIMITS);
  private volatile Socket socket; // null until there is one
  private boolean unproven; // whether the engine may still refuse our certificate
  private volatile boolean closed;

  EngineLink(EngineEndpoint engine) {
    this.engine = engine;
  }

  /**
   * Connects.
   *
   * @param tls {@code null} for none
   */
  void connect(SSLContext tls) throws IOException {
    switch (engine.uri().getScheme()) {
      case "unix" -> http.bind(connected(UnixDomainSocketAddress.of(engine.uri().getPath())));
      case "npipe" -> {
        Socket pipe = opened(new NamedPipeSocket(engine.uri().getPath()));
        pipe.connect(null);
        http.bind(pipe);
      }
      default -> {
        Socket tcp = connected();
        if (tls == null) {
          http.bind(tcp);
        } else {
          http.bind(secured(tls, tcp), tcp);
        }
      }
    }
  }

  private Socket connected() throws IOException {
    IOException failure = null;
    for (InetAddress address : engine.addresses()) {
      try {
        return connected(new InetSocketAddress(address, engine.port()));
      } catch (IOException e) {
        if (closed || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failure = e;
      }
    }
    throw failure;
  }

  /** Connects by a channel, because other sockets take no interrupt. */
  private Socket connected(SocketAddress address) throws IOException {
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

  private SSLSocket secured(SSLContext tls, Socket tcp) throws IOException {
    SSLSocket secured =
        (SSLSocket) tls.getSocketFactory().createSocket(tcp, engine.host(), engine.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the host's name is verified
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    secured.setSSLParameters(parameters);
    try {
      secured.startHandshake();
    } catch (SSLException e) {
      // Of a connection that broke the JDK says only "readHandshakeRecord".
      throw e.getCause() instanceof IOException broken ? terminated(broken) : e;
    }
    unproven = true;
    return secured;
  }

  /**
   * Before its first answer, an engine that refuses our certificate may just cut the connection.
   */
  private static SSLException terminated(IOException cause) {
    return new SSLException("the engine terminated the handshake", cause);
  }

  /** Takes note of a socket, so that {@link #close} closes it. */
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
    BasicClassicHttpRequest get =
        new BasicClassicHttpRequest("GET", engine.pathPrefix() + request.path());
    get.setHeader(
        "Host",
        engine.uri().getScheme().equals("tcp") ? engine.uri().getRawAuthority() : "localhost");
    try {
      http.sendRequestHeader(get);
      http.flush();
      ClassicHttpResponse response = http.receiveResponseHeader();
      for (int i = 0; i < MAX_INTERIM_ANSWERS && response.getCode() < 200; i++) {
        response = http.receiveResponseHeader();
      }
      unproven = false;
      if (MessageSupport.canResponseHaveBody("GET", response)) {
        http.receiveResponseEntity(response);
      }
      return response;
    } catch (HttpException e) {
      // its own message would quote the answer
      throw new ProtocolException("the answer is no valid HTTP");
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      throw unproven ? terminated(e) : e;
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
