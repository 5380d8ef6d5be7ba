package dev.koi.serve.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.core.Koi;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.OpenStreams;
import dev.koi.serve.http.RefusedException;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The route on a server with short times. */
@Timeout(120)
class EventStreamsTest {

  private static final Duration SHORT = Duration.ofMillis(100);
  private static final int MAX_STREAMS = 3;

  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final Koi koi =
      Koi.builder().entry("world", Map.of("type", "in-memory")).only("world").start();
  private final OpenStreams open = new OpenStreams(MAX_STREAMS);
  private final EventStreams events = new EventStreams(koi, List.of("world"), open, SHORT);
  private volatile EventStreams served = events;
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Exception {
    connector.setHost("127.0.0.1");
    connector.setIdleTimeout(10 * SHORT.toMillis());
    connector.setAcceptedSendBufferSize(65_536);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            try {
              return served.handle(request, response, callback);
            } catch (RefusedException e) {
              Answers.error(response, callback, e);
              return true;
            }
          }
        });
    server.start();
  }

  @AfterEach
  void end() throws Exception {
    server.stop();
    events.close();
    koi.close();
    world.close();
  }

  /** A client that reads frame by frame. */
  private static final class Client implements AutoCloseable {
    final HttpResponse<InputStream> response;
    private final Reader reader = new Reader();
    private final Deque<Reader.Frame> frames = new ArrayDeque<>();

    Client(HttpResponse<InputStream> response) {
      this.response = response;
    }

    /** Waits for the next frame but a ping; null stands for the end. */
    Reader.Frame next() throws IOException {
      Reader.Frame next = frames.poll();
      byte[] bytes = new byte[4_096];
      while (next == null || next.event().equals("ping")) {
        if (frames.isEmpty()) {
          int count = response.body().read(bytes);
          if (count < 0) {
            return null;
          }
          frames.addAll(reader.read(bytes, 0, count));
        }
        next = frames.poll();
      }
      return next;
    }

    void await(String event, String content) throws IOException {
      Reader.Frame next = next();
      while (!next.event().equals(event) || !next.data().contains(content)) {
        next = next();
      }
    }

    OptionalLong awaitIdAfter(long id) throws IOException {
      byte[] bytes = new byte[4_096];
      while (reader.lastId().orElse(0) <= id) {
        reader.read(bytes, 0, response.body().read(bytes));
      }
      return reader.lastId();
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  private HttpRequest.Builder request(String query) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/v1/runtime/events" + query));
  }

  private Client connect(String query, String... headers) throws Exception {
    HttpRequest.Builder request = request(query);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return new Client(http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
  }

  /** Waits until clients are told that the runtime is connected. */
  private void awaitConnected() throws Exception {
    try (Client client = connect("")) {
      Reader.Frame next = client.next();
      while (!next.event().equals("connected") && !next.data().equals("{\"unlisted\":[]}")) {
        next = client.next();
      }
    }
  }

  @Test
  void aClientGetsThePictureAndThenEachChange() throws Exception {
    world.start("old");
    try (Client earlier = connect("")) {
      earlier.await("started", "\"old\""); // now it is in the picture
    }
    try (Client client = connect("")) {
      assertThat(client.response.headers().map())
          .containsEntry("content-type", List.of("text/event-stream"))
          .containsEntry("x-accel-buffering", List.of("no"));
      assertThat(client.next().data()).startsWith("{\"resumed\":false,").contains("\"world\"");
      client.await("started", "\"old\"");
      client.await("synced", "{\"unlisted\":[]}");
      String id = world.start("new");
      assertThat(client.next()).matches(frame -> frame.event().equals("started"));
      world.pause(id);
      assertThat(client.next().data())
          .matches("\\{\"type\":\"updated\",.*\"state\":\"paused\".*\"changed\":\\[\"state\"]}");
      world.stop(id);
      assertThat(client.next()).matches(frame -> frame.event().equals("stopped"));
    }
  }

  /** Else all of them would come back at once when a server is started again. */
  @Test
  void clientsAreToldDifferentTimesToWaitBeforeTheyComeBack() throws Exception {
    Set<String> lines = new HashSet<>();
    for (int i = 0; i < MAX_STREAMS; i++) {
      HttpResponse<Stream<String>> response =
          http.send(request("").build(), HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> stream = response.body()) {
        lines.add(stream.findFirst().orElseThrow());
      }
    }

    assertThat(lines).hasSizeGreaterThan(1).allMatch(line -> line.matches("retry: 2\\d\\d\\d"));
  }

  /** As on most machines, where one of two runtimes is not installed. */
  @Test
  void aClientLearnsWhichBackendIsAwaitedAndWhenItComes() throws Exception {
    try (InMemoryWorld late = InMemoryWorld.open("late")) {
      late.start("old");
      late.refuse();
      try (Koi restarted =
              Koi.builder().entry("late", Map.of("type", "in-memory")).only("late").start();
          EventStreams streams = new EventStreams(restarted, List.of("late"), open, SHORT)) {
        served = streams;
        Client client = connect("");
        client.await("synced", "{\"unlisted\":[\"late\"]}");
        late.restore();
        assertThat(client.next().event()).isEqualTo("started");
        assertThat(client.next().event()).isEqualTo("connected");
        open.end(Duration.ofMinutes(1));
      }
    }
  }

  @Test
  void aClientThatComesBackGetsWhatItMissed() throws Exception {
    world.start("old");
    Client first = connect("");
    first.await("synced", "");
    first.close();
    String lastId = Long.toString(first.reader.lastId().orElseThrow());
    world.start("new");
    koi.await(k -> !k.find("new").isEmpty(), Duration.ofMinutes(1));

    try (Client again = connect("", "Last-Event-ID", lastId)) {
      assertThat(again.next().data()).startsWith("{\"resumed\":true,");
      again.await("started", "\"new\""); // before or after synced: the journal may be behind Koi
    }
    try (Client other = connect("", "Last-Event-ID", "not-an-id")) {
      assertThat(other.next().data()).startsWith("{\"resumed\":false,");
    }
  }

  @Test
  void theIdMovesOnWithThePingAlsoWithoutAnyMatch() throws Exception {
    awaitConnected(); // which moves it, too
    try (Client client = connect("?name=none")) {
      client.await("synced", "");
      long id = client.reader.lastId().orElseThrow();
      world.start("other");

      assertThat(client.awaitIdAfter(id)).hasValue(id + 1);
    }
  }

  @Test
  void furtherClientsAreRefused() throws Exception {
    for (int i = 0; i < MAX_STREAMS; i++) {
      connect("").next();
    }

    HttpResponse<String> refused =
        http.send(request("").build(), HttpResponse.BodyHandlers.ofString());

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.body()).contains("too_many_streams", "max-streams");
  }

  @Test
  void unknownParametersAreRefusedAndAHeadHasNoStream() throws Exception {
    assertThat(connect("?nam=x").response.statusCode()).isEqualTo(400);
    HttpResponse<String> head =
        http.send(
            request("").method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(head.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(open.count()).isZero();
  }

  @Test
  void aClientIsToldWhenTheServerEnds() throws Exception {
    try (Client client = connect("")) {
      client.await("synced", "");
      open.end(Duration.ofMinutes(1));

      client.await("bye", "{}");
      assertThat(client.next()).isNull();
      assertThat(open.count()).isZero();
    }
  }

  @Test
  void aClientThatHasGoneIsForgotten() throws Exception {
    connect("").close();

    await().until(() -> open.count() == 0);
    assertThat(events.cut()).isZero();
  }

  /** Its picture is larger than what the kernel takes for it. */
  @Test
  void aClientThatTakesNothingIsCutAndOthersDoNotFeelIt() throws Exception {
    String large = "x".repeat(4_096);
    for (int i = 0; i < 300; i++) {
      world.start("large-" + i, facts -> facts.labels(labels(large)));
    }
    koi.await(k -> k.instances().size() == 300, Duration.ofMinutes(1));
    try (Socket dead = new Socket();
        Client client = connect("?name=small*")) {
      dead.setReceiveBufferSize(4_096);
      dead.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
      dead.getOutputStream()
          .write("GET /v1/runtime/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      await().until(() -> open.count() == 2);
      for (int i = 0; events.cut() == 0; i++) {
        world.start("small-" + i);
        client.await("started", "\"small-" + i + "\"");
      }

      await().until(() -> open.count() == 1); // after it is counted
    }
  }

  private static Map<String, String> labels(String value) {
    return Map.of("a", value, "b", value, "c", value, "d", value, "e", value, "f", value);
  }
}
