package dev.koi.docker.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.engine.EngineTraces;
import dev.koi.docker.engine.TestKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A request ends at once, wherever it waits, when its thread is interrupted or the connection is
 * closed. The engine here takes part as far as the stage, and then does nothing more.
 */
@Timeout(60)
class InterruptTest {

  private enum Transport {
    UNIX,
    TCP,
    TLS
  }

  private enum Stage {
    FULL_BACKLOG,
    HANDSHAKE, // of TLS
    HEAD,
    HALF_A_HEAD,
    BODY,
    PAUSE // that the engine has asked for
  }

  @TempDir static Path made;
  private static TestKeys keys;

  @TempDir Path directory;
  private final List<SocketChannel> open = new ArrayList<>();
  private final CountDownLatch reached = new CountDownLatch(1);
  private ServerSocketChannel server;
  private EngineHttp http;
  private long descriptors;

  static Stream<Arguments> stages() {
    return Stream.of(Transport.values())
        .flatMap(
            transport ->
                Stream.of(Stage.values())
                    .filter(stage -> stage != Stage.HANDSHAKE || transport == Transport.TLS)
                    .map(stage -> Arguments.of(transport, stage)));
  }

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new TestKeys(made);
    keys.signed("good", "-ext", "san=ip:127.0.0.1");
    keys.signed("client", "-ext", "san=dns:client");
  }

  @BeforeEach
  void count() throws IOException {
    descriptors = EngineTraces.descriptors();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    server.close();
    synchronized (open) {
      for (SocketChannel channel : open) {
        channel.close();
      }
    }
    EngineTraces.awaitDescriptors(descriptors);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void anInterruptEndsARequest(Transport transport, Stage stage) throws Exception {
    start(transport, stage);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller = new Thread(() -> thrown.set(request()));
    caller.start();
    awaitReached(stage, caller);

    long begun = System.nanoTime();
    caller.interrupt();
    caller.join();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(System.nanoTime() - begun).as("ns until the end").isLessThan(5_000_000_000L);
    EngineTraces.awaitDescriptors(descriptors + 1 + open.size()); // the engine's
    http.close();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void closeEndsARequest(Transport transport, Stage stage) throws Exception {
    start(transport, stage);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller = new Thread(() -> thrown.set(request()));
    caller.start();
    awaitReached(stage, caller);

    http.close();
    caller.join();

    assertThat(thrown.get()).isInstanceOf(IOException.class).hasMessageContaining("is closed");
    assertThatThrownBy(() -> http.get(EngineRequest.ping(), answer -> ""))
        .isInstanceOf(IOException.class);
  }

  private Throwable request() {
    try {
      http.get(
          EngineRequest.ping(),
          answer -> {
            answer.json(Long.MAX_VALUE).onlyArray(() -> {});
            return "";
          });
      return null;
    } catch (IOException | InterruptedException e) {
      return Thread.currentThread().isInterrupted() ? new AssertionError("flag left", e) : e;
    }
  }

  private void awaitReached(Stage stage, Thread caller) throws InterruptedException {
    if (stage != Stage.FULL_BACKLOG) {
      reached.await();
    }
    String where =
        stage == Stage.FULL_BACKLOG ? "connect" : stage == Stage.PAUSE ? "await" : "read";
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                Stream.of(caller.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals(where)));
  }

  private void start(Transport transport, Stage stage) throws Exception {
    boolean unix = transport == Transport.UNIX;
    server =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    SocketAddress address =
        unix
            ? UnixDomainSocketAddress.of(directory.resolve("s"))
            : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server.bind(address, 1);
    String host =
        unix
            ? "unix://" + directory.resolve("s")
            : "tcp://127.0.0.1:" + server.socket().getLocalPort();
    Optional<Path> certificates =
        transport == Transport.TLS
            ? Optional.of(keys.client(directory, "client"))
            : Optional.empty();
    http =
        new EngineHttp(
            new EngineEndpoint(
                URI.create(host), EngineEndpoint.Origin.CONFIGURED, "", certificates, false),
            "raw");
    if (stage == Stage.FULL_BACKLOG) {
      fillBacklog(server.getLocalAddress());
    } else {
      Thread engine = new Thread(() -> serve(transport, stage), "silent-engine");
      engine.setDaemon(true);
      engine.start();
    }
  }

  /** Connects until a connection has to wait. */
  private void fillBacklog(SocketAddress address) throws IOException {
    for (int i = 0; i < 2; i++) {
      open.add(SocketChannel.open(address));
    }
  }

  private void serve(Transport transport, Stage stage) {
    try {
      SocketChannel channel = server.accept();
      synchronized (open) {
        open.add(channel);
      }
      if (stage == Stage.HANDSHAKE) {
        reached.countDown();
        return;
      }
      InputStream input;
      OutputStream output;
      if (transport == Transport.TLS) {
        SSLSocket tls = keys.accept("good", channel.socket());
        input = tls.getInputStream();
        output = tls.getOutputStream();
      } else {
        input = Channels.newInputStream(channel);
        output = Channels.newOutputStream(channel);
      }
      for (int last = 0, next = 0; last != '\n' || next != '\r'; next = input.read()) {
        last = next; // the request ends with an empty line, which begins with CR
      }
      output.write(
          switch (stage) {
            case HALF_A_HEAD -> "HTTP/1.1 200 OK\r\nContent-Le".getBytes(UTF_8);
            case BODY -> "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[".getBytes(UTF_8);
            case PAUSE ->
                "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8);
            default -> new byte[0];
          });
      output.flush();
      reached.countDown();
    } catch (IOException | GeneralSecurityException e) {
      // closed
    }
  }
}
