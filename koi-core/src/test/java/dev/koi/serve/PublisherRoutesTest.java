package dev.koi.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.koi.announce.Announcements;
import dev.koi.publish.PublisherStatus;
import dev.koi.publish.PublisherStatus.Counts;
import dev.koi.publish.PublisherStatus.State;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server says of a publisher. */
class PublisherRoutesTest {

  private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(Map.of(), Announcements.NONE, () -> Optional.of(status(state.get())));
  }

  @AfterEach
  void end() {
    server.close();
  }

  static PublisherStatus status(State state) {
    return new PublisherStatus(
        "web-1",
        "http://127.0.0.1:2379",
        state,
        Instant.EPOCH,
        state == State.FAILED ? "out of reach" : "",
        3,
        2,
        new Counts(10, 4, 20_000, 7, 1, 0));
  }

  @Test
  void theStatusHasIt() throws Exception {
    state.set(State.FAILED);

    JsonNode publisher = server.get("/v1/runtime/status").json().get("publisher");

    assertThat(publisher)
        .hasToString(
            "{\"host\":\"web-1\",\"endpoint\":\"http://127.0.0.1:2379\",\"state\":\"failed\","
                + "\"since\":\"1970-01-01T00:00:00Z\",\"reason\":\"out of reach\","
                + "\"instances\":3,\"pending\":2}");
  }

  @Test
  void theServerIsReadyOnceItHasPublishedOrFailedToAndHealthyAlways() throws Exception {
    assertThat(server.get("/readyz").body()).contains("not published yet");
    assertThat(server.get("/healthz").status()).isEqualTo(200);
    state.set(State.FAILED);
    assertThat(server.get("/readyz").status()).isEqualTo(200);
    assertThat(server.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void itHasMetersWhichOutliveACollectionOfGarbage() throws Exception {
    state.set(State.PUBLISHING);
    assertThat(server.get("/metrics").status()).isEqualTo(200);
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              System.gc();
              return garbage.get() == null;
            });

    assertThat(server.get("/metrics").body())
        .contains("koi_publish_state{state=\"publishing\"} 1.0", "koi_publish_puts_total 10.0")
        .contains("koi_publish_deletes_total 4.0", "koi_publish_bytes_total 20000.0")
        .contains("koi_publish_pending 2.0", "koi_publish_instances 3.0");
  }
}
