package dev.koi.testkit.engine;

import static dev.koi.testkit.engine.EngineClient.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FaultsTest {
  @TempDir Path directory;
  private SimulatedEngine engine;
  private String id;

  @BeforeEach
  void start() {
    engine = SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("e.sock"));
    id = engine.run(ContainerSpec.of("web"));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aStatusComesTheNumberOfTimesAskedFor() throws Exception {
    Fault fault =
        engine
            .faults()
            .on(Endpoint.LIST)
            .times(2)
            .reply(r -> r.status(503).header("Retry-After", "1"));
    for (int i = 0; i < 2; i++) {
      try (EngineClient list = get("/containers/json")) {
        assertThat(list.status).isEqualTo(503);
        assertThat(list.headers).containsEntry("Retry-After", "1");
      }
    }
    try (EngineClient list = get("/containers/json")) {
      assertThat(list.status).isEqualTo(200);
    }
    assertThat(fault.hits()).isEqualTo(2);
  }

  @Test
  void oneContainerMayFailAlone() throws Exception {
    String other = engine.run(ContainerSpec.of("db"));
    engine.faults().on(Endpoint.INSPECT).mentioning(id).reply(r -> r.status(500));
    try (EngineClient broken = get("/containers/" + id + "/json");
        EngineClient fine = get("/containers/" + other + "/json")) {
      assertThat(broken.status).isEqualTo(500);
      assertThat(fine.status).isEqualTo(200);
    }
  }

  @Test
  void aTruncatedBodyEndsTheConnection() throws Exception {
    engine.faults().on(Endpoint.LIST).reply(r -> r.truncate(100));
    try (EngineClient list = get("/containers/json")) {
      assertThat(list.status).isEqualTo(200);
      assertThatThrownBy(list::body).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aCutReplyIsNone() {
    engine.faults().on(Endpoint.LIST).reply(Reply::cut);
    assertThatThrownBy(() -> get("/containers/json")).isInstanceOf(IOException.class);
  }

  @Test
  void anyBodyStatusAndHeaderMayBeSent() throws Exception {
    engine
        .faults()
        .on(Endpoint.LIST)
        .reply(
            r ->
                r.status(502)
                    .header("Content-Type", "text/html")
                    .header("X-Long", "x".repeat(1 << 20))
                    .header("Date", null)
                    .body("<html>")
                    .pad(3_000_000));
    try (EngineClient list = get("/containers/json")) {
      assertThat(list.status).isEqualTo(502);
      assertThat(list.headers.get("X-Long")).hasSize(1 << 20);
      assertThat(list.headers).containsEntry("Content-Type", "text/html").doesNotContainKey("Date");
      assertThat(list.body()).startsWith("<html>").hasSize(3_000_006);
    }
  }

  @Test
  void aHungAnswerComesWhenTheFaultIsLiftedAndIsOldThen() throws Exception {
    Fault hung = engine.faults().on(Endpoint.LIST).times(1).reply(Reply::hang);
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try (EngineClient list = get("/containers/json")) {
                return list.body();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    patiently().until(() -> hung.hits() == 1);
    engine.stop(id);
    assertThat(answer).isNotDone();
    hung.lift();
    assertThat(answer.get()).contains("running");
  }

  @Test
  void aChangeBeforeSubscribingIsSeenOnlySince() throws Exception {
    engine.faults().on(Endpoint.EVENTS).times(1).reply(r -> r.beforeSubscribing(this::toggle));
    try (EngineClient live = get("/events")) {
      patiently().until(() -> engine.streams() == 1);
      engine.emit("{\"Action\":\"marker\"}");
      assertThat(actions(live, 1)).containsExactly("marker");
    }
    engine.faults().on(Endpoint.EVENTS).times(1).reply(r -> r.beforeSubscribing(this::toggle));
    try (EngineClient since =
        get("/events?since=1&filters=%7B%22type%22:%5B%22container%22%5D%7D")) {
      assertThat(actions(since, 7))
          .containsExactly("create", "start", "pause", "unpause", "marker", "pause", "unpause");
    }
  }

  @Test
  void headersMayBeHeldBackUntilTheFirstEvent() throws Exception {
    engine.faults().on(Endpoint.EVENTS).reply(Reply::holdHeaders);
    AtomicBoolean sent = new AtomicBoolean();
    Thread pausing =
        new Thread(
            () -> {
              patiently().until(() -> engine.streams() == 1);
              sent.set(true);
              engine.pause(id);
            });
    pausing.start();
    try (EngineClient stream = get("/events")) {
      assertThat(sent).isTrue();
      assertThat(actions(stream, 1)).containsExactly("pause");
    }
    pausing.join();
  }

  @Test
  void eventsMayBeDroppedDoubledSwappedAndReplaced() throws Exception {
    try (EngineClient stream = get("/events")) {
      patiently().until(() -> engine.streams() == 1);
      Fault drop = engine.faults().on(Endpoint.EVENTS).mentioning("unpause").drop();
      toggle();
      assertThat(stream.event().get("Action").asText()).isEqualTo("pause");
      patiently().until(() -> drop.hits() == 1);
      drop.lift();

      Fault duplicate = engine.faults().on(Endpoint.EVENTS).times(1).duplicate();
      toggle();
      assertThat(actions(stream, 3)).containsExactly("pause", "pause", "unpause");
      duplicate.lift();

      Fault swap = engine.faults().on(Endpoint.EVENTS).swap();
      toggle();
      assertThat(actions(stream, 2)).containsExactly("unpause", "pause");
      swap.lift();

      engine.faults().on(Endpoint.EVENTS).each(event -> List.of("{not json"));
      toggle();
      assertThat(stream.chunk()).isEqualTo("{not json\n");
    }
  }

  @Test
  void chanceLosesTheSameHalfInEveryRun() throws Exception {
    try (EngineClient stream = get("/events")) {
      patiently().until(() -> engine.streams() == 1);
      Fault drop = engine.faults().on(Endpoint.EVENTS).chance(0.5).mentioning("pause").drop();
      for (int i = 0; i < 500; i++) {
        toggle();
      }
      engine.emit("{\"Action\":\"marker\"}");
      List<String> seen = actions(stream, 1);
      int count = 0;
      while (!seen.get(0).equals("marker")) {
        count++;
        seen = actions(stream, 1);
      }
      assertThat(count + drop.hits()).isEqualTo(1000);
      assertThat(drop.hits()).isBetween(400, 600);
    }
  }

  private void toggle() {
    engine.pause(id);
    engine.unpause(id);
  }

  private static List<String> actions(EngineClient stream, int count) throws IOException {
    List<String> actions = new java.util.ArrayList<>();
    for (int i = 0; i < count; i++) {
      actions.add(stream.event().get("Action").asText());
    }
    return actions;
  }

  private EngineClient get(String target) throws IOException {
    return EngineClient.get(engine.socket(), target);
  }
}
