package dev.koi.fleet.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers as a test wants. */
public final class FakeEtcd implements AutoCloseable {

  /** Makes an answer from a request's body. */
  public interface Answer {
    String to(String body) throws Exception;
  }

  /** An answer with another status than 200. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    public Refused(int status, String body) {
      super(body);
      this.status = status;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private volatile Answer others = any -> "{}";
  private final CountDownLatch closed = new CountDownLatch(1);
  public final List<String> requests = new CopyOnWriteArrayList<>(); // path, token and body

  /** Starts it on a free port of loopback. */
  public FakeEtcd() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Has a path answered. */
  public FakeEtcd on(String path, Answer answer) {
    answers.put(path, answer);
    return this;
  }

  /** Has every other path answered. */
  public void onOthers(Answer answer) {
    others = answer;
  }

  /** Waits until the end of the test. */
  String never() throws InterruptedException {
    closed.await();
    return "";
  }

  /** Returns its address. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns a text as the gateway writes it. */
  public static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      requests.add(path + " " + token + " " + body);
      int status = 200;
      String answer;
      try {
        answer = answers.getOrDefault(path, others).to(body);
      } catch (Refused e) {
        status = e.status;
        answer = e.getMessage();
      } catch (Exception e) {
        throw new IOException(e);
      }
      exchange.sendResponseHeaders(status, 0);
      try (OutputStream output = exchange.getResponseBody()) {
        output.write(answer.getBytes(UTF_8));
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
