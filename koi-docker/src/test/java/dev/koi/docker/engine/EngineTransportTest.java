package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Deadlines, interrupts and close on each transport: docker-java's timeouts do nothing on unix
 * sockets, and interrupts do nothing on TCP.
 */
@Timeout(60)
class EngineTransportTest {

  private static final String WEB = "a".repeat(64);
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path directory;
  private RawEngine engine;
  private EngineConnection connection;
  private long descriptors;

  @BeforeEach
  void count() throws IOException {
    descriptors = EngineTraces.descriptors();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (connection != null) {
      connection.close();
    }
    EngineTraces.awaitNone("raw");
    engine.close();
    EngineTraces.awaitDescriptors(descriptors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void hintsArriveAndCloseReleasesABlockedTake(String transport) throws Exception {
    engine(transport).on("/events", exchange -> exchange.beginStream().started(WEB).hang());
    connection = engine.connect(RawEngine.patient());
    InstanceWatch watch = connection.watch();
    assertThat(watch.take()).isEqualTo(ChangeHint.instance(WEB));

    Thread closer = closeWhenBlocked(Thread.currentThread());

    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
    closer.join();
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
        engine.connect(
            new EngineTimings(longer, longer, longer, longer, Duration.ofMillis(10), NEVER, NEVER));

    InstanceWatch watch = connection.watch();
    asked.await();
    watch.close();

    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
    assertThat(connection.listInstances()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void manyHungCallsEndWithTheirDeadlines(String transport) throws Exception {
    engine(transport).on("/containers/json", RawEngine.Exchange::hang);
    Duration soon = Duration.ofMillis(50);
    connection = engine.connect(RawEngine.timings(soon, NEVER, NEVER));

    for (int i = 0; i < 30; i++) { // more than there are connections
      assertThatThrownBy(connection::listInstances).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void failedConnectsLeaveNothing(String transport) throws Exception {
    engine(transport).on("/version", RawEngine.Exchange::hang);
    BackendConfig config = BackendConfig.of("raw", Map.of("connect-timeout", "20ms"));

    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(
              () ->
                  EngineSearch.connect(
                      config, EngineDialect.DOCKER, List.of(engine.endpoint()), "help"))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void anInterruptEndsAHungCall(String transport) throws Exception {
    Thread caller = Thread.currentThread();
    engine(transport)
        .on(
            "/containers/json",
            exchange -> {
              caller.interrupt();
              exchange.hang();
            });
    connection = engine.connect(RawEngine.patient());

    assertThatThrownBy(connection::listInstances).isInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void closeEndsAHungCallAndLaterOnes(String transport) throws Exception {
    engine(transport)
        .on(
            "/containers/json",
            exchange -> {
              connection.close();
              exchange.hang();
            });
    connection = engine.connect(RawEngine.patient());
    InstanceWatch watch = connection.watch();

    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(() -> connection.findInstance(WEB)).isInstanceOf(IOException.class);
    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
  }

  private RawEngine engine(String transport) throws IOException {
    engine = transport.equals("tcp") ? RawEngine.tcp() : RawEngine.unix(directory.resolve("s"));
    return engine;
  }

  private Thread closeWhenBlocked(Thread taker) {
    Thread closer =
        new Thread(
            () -> {
              while (taker.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
              connection.close();
            });
    closer.start();
    return closer;
  }
}
