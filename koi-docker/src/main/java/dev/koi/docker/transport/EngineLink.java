package dev.koi.docker.transport;

import com.github.dockerjava.transport.NamedPipeSocket;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.spi.net.ClientSocket;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
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
  private final ClientSocket socket = new ClientSocket();
  private boolean unproven; // whether the engine may still refuse our certificate

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
      case "unix" -> http.bind(socket.connect(UnixDomainSocketAddress.of(engine.uri().getPath())));
      case "npipe" -> {
        Socket pipe = socket.opened(new NamedPipeSocket(engine.uri().getPath()));
        pipe.connect(null);
        http.bind(pipe);
      }
      default -> {
        Socket tcp = socket.connect(engine.addresses(), engine.port());
        if (tls == null) {
          http.bind(tcp);
        } else {
          http.bind(secured(tls, tcp), tcp);
        }
      }
    }
  }

  private SSLSocket secured(SSLContext tls, Socket tcp) throws IOException {
    try {
      SSLSocket secured = ClientSocket.secured(tls, tcp, engine.host(), engine.port());
      unproven = true;
      return secured;
    } catch (SSLException e) {
      // Of a connection that broke the JDK says only "readHandshakeRecord".
      throw e.getCause() instanceof IOException broken ? terminated(broken) : e;
    }
  }

  /**
   * Before its first answer, an engine that refuses our certificate may just cut the connection.
   */
  private static SSLException terminated(IOException cause) {
    return new SSLException("the engine terminated the handshake", cause);
  }

  /** Asks, and returns the answer's head; its body is read from its entity, if it has one. */
  ClassicHttpResponse ask(EngineRequest request) throws IOException {
    // Of its constructors, this one takes the path as it is; others parse a URI for each request.
    BasicClassicHttpRequest get =
        new BasicClassicHttpRequest("GET", null, null, engine.pathPrefix() + request.path());
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
    socket.close();
  }
}
