package dev.koi.testkit.engine;

import static dev.koi.testkit.engine.EngineClient.patiently;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.testkit.engine.FaultProxy.Direction;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FaultProxyTest {
  @TempDir Path directory;
  private SimulatedEngine engine;
  private FaultProxy proxy;

  @BeforeEach
  void start() {
    engine = SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("e.sock"));
    proxy = FaultProxy.start(directory.resolve("p.sock"), engine.socket());
  }

  @AfterEach
  void close() {
    proxy.close();
    engine.close();
    patiently().until(() -> proxyThreads() == 0);
    assertThat(proxy.socket()).doesNotExist();
  }

  @Test
  void bytesAreRelayedUnchanged() throws Exception {
    engine.runMany(500);
    assertThat(EngineClient.json(proxy.socket(), "/containers/json")).hasSize(500);
    patiently().until(() -> proxy.connections() == 0);
  }

  @Test
  void aStalledStreamDeliversEverythingAfterResuming() throws Exception {
    try (EngineClient stream = EngineClient.get(proxy.socket(), "/events")) {
      patiently().until(() -> engine.streams() == 1);
      proxy.stall(Direction.TO_CLIENT);
      CompletableFuture<String> event =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return stream.chunk();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      engine.run(ContainerSpec.of("web"));
      assertThat(event).isNotDone();
      proxy.resume();
      assertThat(event.get()).contains("create");
    }
  }

  @Test
  void whoStallsBothWaysAcceptsAndNeverAnswers() throws Exception {
    proxy.stall(Direction.TO_ENGINE);
    try (SocketChannel client = connect()) {
      client.write(ByteBuffer.wrap("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n".getBytes(US_ASCII)));
      patiently().until(() -> proxy.connections() == 1);
      assertThat(engine.requests()).isEmpty();
      proxy.cut();
      assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
          .hasMessageContaining("Connection reset");
    }
  }

  @Test
  void aCutIsAnEndOfFile() throws Exception {
    try (EngineClient stream = EngineClient.get(proxy.socket(), "/events")) {
      proxy.cut();
      assertThatThrownBy(stream::chunk).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aHalfClosedConnectionEndsOneWay() throws Exception {
    try (EngineClient stream = EngineClient.get(proxy.socket(), "/events")) {
      proxy.halfClose(Direction.TO_CLIENT);
      assertThatThrownBy(stream::chunk).isInstanceOf(EOFException.class);
      assertThat(proxy.connections()).isEqualTo(1);
    }
  }

  @Test
  void throttledBytesTrickle() throws Exception {
    proxy.throttle(Direction.TO_CLIENT, 1);
    try (SocketChannel client = connect()) {
      client.write(ByteBuffer.wrap("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n".getBytes(US_ASCII)));
      assertThat(client.read(ByteBuffer.allocate(100))).isBetween(1, 9); // one each second
    }
  }

  @Test
  void refusedConnectionsAreAcceptedAgain() throws Exception {
    proxy.refuse();
    assertThatThrownBy(this::connect).hasMessageContaining("Connection refused");
    proxy.accept();
    assertThat(EngineClient.json(proxy.socket(), "/version")).isNotEmpty();
  }

  @Test
  void ignoredConnectionsAreOpenButNobodyIsThere() throws Exception {
    proxy.ignore();
    try (SocketChannel client = connect()) {
      assertThat(client.isConnected()).isTrue();
      assertThat(proxy.connections()).isZero();
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(proxy.socket()));
  }

  private static long proxyThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("koi-fault-proxy"))
        .count();
  }
}
