package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.docker.watch.EngineTimings;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and close, on each transport; interrupts are in InterruptTest. */
@Timeout(60)
class EngineTransportTest {

  private static final String LIST = "/v1.41/containers/json";
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path directory;
  private RawEngine engine;
  private RuntimeConnection connection;
  private long descriptors;

  @BeforeEach
  void count() throws IOException {
    descriptors = EngineTraces.descriptors();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    engine.close(connection);
    EngineTraces.awaitDescriptors(descriptors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aWatchIsClosedBeforeItsHeadersHaveCome(String transport) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    engine(transport)
        .on(
            "/events",
            exchange -> {
              asked.countDown();
              exchange.hang();
            });
    Duration longer = Duration.ofSeconds(20);
    connection =
        engine.connect(new EngineTimings(longer, Duration.ofMillis(10), longer, NEVER, NEVER));

    InstanceWatch watch = connection.watch();
    asked.await();
    watch.close();

    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
    assertThat(connection.listInstances()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void closeEndsAWatchThatIsBeingOpened(String transport) throws Exception {
    engine(transport)
        .on(
            "/events",
            exchange -> {
              connection.close();
              exchange.hang();
            });
    connection = engine.connect(RawEngine.timings(NEVER, NEVER, NEVER));

    assertThatThrownBy(() -> connection.watch().take()).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aRedirectIsNotFollowed(String transport) throws Exception {
    engine(transport)
        .on("/containers/json", exchange -> exchange.send(301, "Location: /v1.41/info\r\n", ""));
    connection = engine.connect(RawEngine.patient());

    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 301");
    assertThat(engine.requests()).containsExactly("/_ping", "/version", LIST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aConnectionIsUsedAgainAndReplacedIfTheEngineHasClosedIt(String transport) throws Exception {
    AtomicBoolean closing = new AtomicBoolean();
    engine(transport)
        .on(
            "/containers/json",
            exchange -> {
              boolean last = closing.get(); // before the answer, after which the test goes on
              exchange.json("[]");
              if (last) {
                exchange.cut();
              }
            });
    connection = engine.connect(RawEngine.patient());
    for (int i = 0; i < 10; i++) {
      connection.listInstances();
    }
    assertThat(engine.connections()).isEqualTo(1);
    closing.set(true);

    for (int i = 0; i < 10; i++) {
      connection.listInstances();
    }
    assertThat(engine.connections()).isEqualTo(10);
    assertThat(engine.requests()).filteredOn(LIST::equals).hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void anEngineThatAsksForAPauseIsAskedOnceMore(int status) throws Exception {
    AtomicLong refused = new AtomicLong();
    engine("unix")
        .on(
            "/containers/json",
            exchange -> {
              if (refused.compareAndSet(0, System.nanoTime())) {
                exchange.send(status, "Retry-After: 1\r\n", "");
              } else {
                exchange.json("[]");
              }
            });
    connection = engine.connect(RawEngine.patient());

    assertThat(connection.listInstances()).isEmpty();
    assertThat(System.nanoTime() - refused.get()).isGreaterThanOrEqualTo(1_000_000_000);
    assertThat(engine.requests()).filteredOn(LIST::equals).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3600", "Wed, 21 Oct 2065 07:28:00 GMT", "-1", "99999999999999"})
  void aLongPauseIsNotWaitedFor(String pause) throws Exception {
    engine("unix")
        .on(
            "/containers/json",
            exchange -> exchange.send(503, "Retry-After: " + pause + "\r\n", ""));
    connection = engine.connect(RawEngine.patient());

    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 503");
    assertThat(engine.requests()).filteredOn(LIST::equals).hasSize(1);
  }

  @Test
  void anInterimAnswerIsNotYetTheAnswer() throws Exception {
    engine("unix")
        .on(
            "/containers/json",
            exchange -> exchange.raw("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n").json("[]"));
    connection = engine.connect(RawEngine.patient());

    assertThat(connection.listInstances()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 204 No Content%n%n|status 204",
        "HTTP/1.1 200 OK%nA: %s%n%n|failed",
        "SSH-2.0-OpenSSH_9.2 canary%n%n|valid HTTP",
        "HTTP/1.1 200 OK%ncanary%n%n|valid HTTP",
        "HTTP/1.1 200 OK%nContent-Length: canary%n%n|valid HTTP"
      })
  void whatIsNoGoodAnswerIsAFailureThatDoesNotQuoteIt(String head, String reason) throws Exception {
    String answer = head.formatted("x".repeat(1 << 20)).replaceAll("\n", "\r\n");
    engine("unix").on("/containers/json", exchange -> exchange.raw(answer).hang());
    connection = engine.connect(RawEngine.patient());

    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("canary")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  private RawEngine engine(String transport) throws IOException {
    engine = transport.equals("tcp") ? RawEngine.tcp() : RawEngine.unix(directory.resolve("s"));
    return engine;
  }
}
