package dev.koi.fleet.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.spi.net.ClientSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.util.Timeout;

/**
 * An HTTP connection to one server, for one request after another. Used by one thread at a time,
 * whose interrupt ends whatever it waits for, as does {@link #close} from any thread. It follows no
 * redirect and repeats no request.
 */
final class EtcdLink implements AutoCloseable {

  private static final Http1Config LIMITS =
      Http1Config.custom().setMaxLineLength(16 << 10).setMaxHeaderCount(100).build();

  private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(100);

  private final URI server;
  private final SSLContext tls; // null for none
  private final DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(LIMITS);
  private final ClientSocket socket = new ClientSocket();
  private long answeredAt; // by System.nanoTime; of the thread that uses it

  /** Makes one; {@code tls} is null for plain HTTP. */
  EtcdLink(URI server, SSLContext tls) {
    this.server = server;
    this.tls = tls;
  }

  /** Connects unless it is connected. */
  void connect() throws IOException {
    if (http.isOpen()) {
      return;
    }
    Socket tcp =
        socket.connect(List.of(InetAddress.getAllByName(server.getHost())), server.getPort());
    if (tls == null) {
      http.bind(tcp);
    } else {
      String host = server.getHost().replaceAll("[\\[\\]]", "");
      http.bind(ClientSocket.secured(tls, tcp, host, server.getPort()), tcp);
    }
  }

  URI server() {
    return server;
  }

  /**
   * Returns whether an idle connection can be used again: the server has not closed it. To ask the
   * network for that takes a millisecond, which one that was just in use is spared.
   */
  boolean isUsable() {
    try {
      boolean fresh = System.nanoTime() - answeredAt < FRESH;
      return http.isOpen() && !socket.isClosed() && (fresh || !http.isStale());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Asks, and returns the answer's head; its body is read from its entity, if it has one.
   *
   * @param token of the user; empty for none
   */
  ClassicHttpResponse ask(Call call, String token) throws IOException {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest(call.method(), call.path());
    request.setHeader("Host", server.getRawAuthority());
    if (!token.isEmpty()) {
      request.setHeader("Authorization", token);
    }
    if (!call.body().isEmpty()) {
      // The gateway hands it on: a server that has lost its leader is to refuse, and to end
      // watches.
      request.setHeader("Grpc-Metadata-hasleader", "true");
      request.setEntity(
          new ByteArrayEntity(call.body().getBytes(UTF_8), ContentType.APPLICATION_JSON));
      request.setHeader("Content-Type", "application/json");
      request.setHeader("Content-Length", request.getEntity().getContentLength());
    }
    try {
      http.sendRequestHeader(request);
      if (request.getEntity() != null) {
        http.sendRequestEntity(request);
      }
      http.flush();
      ClassicHttpResponse response = http.receiveResponseHeader();
      http.receiveResponseEntity(response);
      answeredAt = System.nanoTime();
      return response;
    } catch (HttpException e) {
      throw new ProtocolException("the answer is no valid HTTP"); // its own message would quote it
    }
  }

  /** Limits how long each read may wait from now on. */
  void limitReads(Duration limit) {
    http.setSocketTimeout(Timeout.of(limit));
  }

  @Override
  public void close() {
    socket.close();
  }
}
