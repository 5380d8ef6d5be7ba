package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.dialect.EngineDialect;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.instances.EngineIdentity;
import dev.koi.docker.instances.Ping;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.watch.EngineTimings;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine that answers, byte for byte, what a test tells it to: also what no engine should. Until
 * told otherwise it is a Docker without containers.
 */
public final class RawEngine implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Answers one request; the connection is used again unless it throws. */
  public interface Answer {
    void to(Exchange exchange) throws IOException, InterruptedException;
  }

  private final String address;
  private final ServerSocketChannel server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final Thread acceptor;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Listens on a unix socket. */
  public static RawEngine unix(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    return new RawEngine(server, "unix://" + socket);
  }

  /** Listens on a port of this host. */
  public static RawEngine tcp() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return new RawEngine(server, "tcp://127.0.0.1:" + server.socket().getLocalPort());
  }

  private RawEngine(ServerSocketChannel server, String address) {
    this.server = server;
    this.address = address;
    on("/_ping", exchange -> exchange.send(200, date(), "OK"));
    json("/version", "{\"ApiVersion\":\"1.41\",\"Version\":\"20.10\"}");
    json("/containers/json", "[]");
    on("/events", exchange -> exchange.beginStream().hang());
    acceptor = start(this::accept);
  }

  /** Sets the answer to requests whose path ends so, without version and query. */
  public RawEngine on(String path, Answer answer) {
    answers.put(path, answer);
    return this;
  }

  /** Answers requests for that path with this JSON. */
  public RawEngine json(String path, String body) {
    return on(path, exchange -> exchange.json(body));
  }

  /** Answers requests for that path with this status and body. */
  public RawEngine status(String path, int status, String body) {
    return on(path, exchange -> exchange.send(status, "", body));
  }

  /** Returns the paths and queries asked for, oldest first. */
  public List<String> requests() {
    return requests;
  }

  /** Returns how many connections have been made to it. */
  public int connections() {
    return connections.get();
  }

  public static String date() {
    return "Date: "
        + DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC))
        + "\r\n";
  }

  public EngineEndpoint endpoint() {
    return new EngineEndpoint(
        URI.create(address), EngineEndpoint.Origin.CONFIGURED, "", Optional.empty(), false);
  }

  /** Returns a connection to it. */
  public RuntimeConnection connect(EngineTimings timings) throws IOException, InterruptedException {
    return connect(new DockerDialect(), timings);
  }

  /** Returns a connection that speaks that dialect. */
  public RuntimeConnection connect(EngineDialect dialect, EngineTimings timings)
      throws IOException, InterruptedException {
    EngineHttp http = new EngineHttp(endpoint(), "raw");
    Ping ping = Ping.of(http, PATIENCE);
    EngineIdentity engine = EngineIdentity.of(http, ping, dialect, PATIENCE);
    return new EngineConnection(http, engine, "raw", timings);
  }

  /** Returns deadlines long enough for a busy machine, and no renewal of streams. */
  public static EngineTimings patient() {
    return timings(PATIENCE, Duration.ofHours(1), Duration.ofHours(1));
  }

  public static EngineTimings timings(Duration deadline, Duration upkeep, Duration streamAge) {
    return new EngineTimings(deadline, deadline, deadline, upkeep, streamAge);
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel channel = server.accept();
      if (closed.getCount() == 0) { // an accept under way may succeed once more
        channel.close();
        return;
      }
      connections.incrementAndGet();
      open.add(channel);
      start(() -> serve(channel));
    }
  }

  private void serve(SocketChannel channel) throws IOException, InterruptedException {
    try (channel) {
      InputStream input = Channels.newInputStream(channel);
      for (String path = readPath(input); path != null; path = readPath(input)) {
        requests.add(path);
        String plain = path.replaceFirst("^/v[0-9.]+", "").replaceFirst("\\?.*", "");
        Answer answer = answers.get(plain);
        Exchange exchange = new Exchange(path, channel);
        if (answer == null) {
          exchange.send(404, "", "{\"message\":\"no such container\"}");
        } else {
          answer.to(exchange);
        }
      }
    } finally {
      open.remove(channel);
    }
  }

  private static String readPath(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        return null;
      }
      head.append((char) next);
    }
    return head.toString().split(" ", 3)[1];
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static Thread start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException | InterruptedException e) {
                // closed, by either side
              }
            },
            "raw-engine");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Cuts every connection and listens no more; the file stays, as after a crash. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel channel : open) {
      channel.close();
    }
  }

  /** One request and the answer to it. */
  public final class Exchange {
    private final String path;
    private final SocketChannel channel;
    private final OutputStream output;

    Exchange(String path, SocketChannel channel) {
      this.path = path;
      this.channel = channel;
      output = Channels.newOutputStream(channel);
    }

    public String path() {
      return path;
    }

    public Exchange raw(String text) throws IOException {
      output.write(text.getBytes(UTF_8));
      return this;
    }

    /** Sends an answer with those further headers, each ended by CR LF. */
    public void send(int status, String headers, String body) throws IOException {
      raw(
          "HTTP/1.1 %d Said\r\n%sContent-Length: %d\r\n\r\n%s"
              .formatted(status, headers, body.getBytes(UTF_8).length, body));
    }

    public void json(String body) throws IOException {
      send(200, "Content-Type: application/json\r\n", body);
    }

    /** Sends the headers of an answer that goes on. */
    public Exchange beginStream() throws IOException {
      return raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    public Exchange chunk(String text) throws IOException {
      return raw(Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n");
    }

    public Exchange started(String id) throws IOException {
      return chunk(
          "{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"" + id + "\"}}\n");
    }

    /** Says no more, until the test is over. */
    public void hang() throws InterruptedException {
      closed.await();
    }

    /** Cuts the connection. */
    public void cut() throws IOException {
      channel.close();
    }
  }
}
