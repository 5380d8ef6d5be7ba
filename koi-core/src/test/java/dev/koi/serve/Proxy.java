package dev.koi.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy in front of a server, as nginx is by default: clients see the server below {@code /koi/},
 * the server sees a Host that is not the clients', and without a server the answer is 502.
 */
final class Proxy implements AutoCloseable {

  private static final String PATH = "/koi";

  private static final Set<String> OF_ONE_CONNECTION =
      Set.of("connection", "host", "content-length", "transfer-encoding", "upgrade");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer proxy;
  private final int port;

  /** Listens on any port, in front of the server on that port of this machine. */
  Proxy(int port) throws IOException {
    this.port = port;
    this.proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.setExecutor(threads);
    proxy.createContext(PATH + "/", this::handle);
    proxy.start();
  }

  String address() {
    return "http://127.0.0.1:" + proxy.getAddress().getPort() + PATH + "/";
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString().substring(PATH.length());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OF_ONE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try (exchange) {
      pass(request.build(), exchange);
    }
  }

  private void pass(HttpRequest request, HttpExchange exchange) throws IOException {
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OF_ONE_CONNECTION.contains(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      exchange.sendResponseHeaders(answer.statusCode(), 0);
      copy(answer.body(), exchange.getResponseBody());
    } catch (ConnectException e) {
      exchange.sendResponseHeaders(502, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Passes on each part as soon as it arrives. */
  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] part = new byte[8192];
    try (from) {
      for (int length = from.read(part); length >= 0; length = from.read(part)) {
        to.write(part, 0, length);
        to.flush();
      }
    }
  }

  @Override
  public void close() {
    proxy.stop(0);
    threads.shutdownNow();
  }
}
