package dev.koi.core;

import static dev.koi.testkit.engine.Endpoint.EVENTS;
import static dev.koi.testkit.engine.Endpoint.INSPECT;
import static dev.koi.testkit.engine.Endpoint.PING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.InstanceState;
import dev.koi.core.status.BackendState;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Fault;
import dev.koi.testkit.engine.FaultProxy.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine whose stream of events ends, lies, repeats itself or says nothing. */
class EngineStreamFaultsTest extends EngineFaults {

  enum Break {
    BETWEEN_EVENTS,
    IN_AN_EVENT,
    ALL_CONNECTIONS,
    HALF_CLOSED_BY_THE_ENGINE,
    HALF_CLOSED_BY_KOI
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void aStreamThatBreaksOffIsReplacedInSilence(Break how) {
    set("koi.timing.disconnect-grace", "1m");
    String gone = run("gone");
    watch();
    awaitTold("Started gone");
    for (int i = 1; i <= 3; i++) {
      breakOff(how, "web-" + i);
      awaitTold("Started web-" + i);
      int breaks = i; // the next one must meet the next stream, and an event may outrun a break
      await().until(() -> status().activity().connects() > breaks);
    }
    stop(gone);

    awaitTold("Stopped gone");
    assertThat(told())
        .containsExactly(
            "Started gone", "Started web-1", "Started web-2", "Started web-3", "Stopped gone");
  }

  private void breakOff(Break how, String next) {
    switch (how) {
      case BETWEEN_EVENTS -> engine.cutStreams();
      case IN_AN_EVENT -> {
        Fault half = events().times(1).each(event -> List.of(event.substring(0, 99)));
        run(next);
        await().until(() -> half.hits() == 1);
        engine.cutStreams();
        return;
      }
      case ALL_CONNECTIONS -> proxy.cut();
      case HALF_CLOSED_BY_THE_ENGINE -> proxy.halfClose(Direction.TO_CLIENT);
      case HALF_CLOSED_BY_KOI -> proxy.halfClose(Direction.TO_ENGINE);
    }
    run(next);
  }

  @Test
  void whatIsNoJsonBeginsTheStreamAgainInSilence() {
    set("koi.timing.disconnect-grace", "1m");
    set("koi.timing.backoff-min", "1s"); // the engine sends it once more to who comes back at once
    set("koi.timing.backoff-max", "1s");
    watch();
    awaitConnected();
    engine.emit("oops");
    run("web");

    awaitTold("Started web");
    await().until(() -> status().activity().connects() > 1);
    await() // its own reason is there until it is connected again
        .until(() -> status().state() == BackendState.CONNECTED && status().reason().isEmpty());
  }

  @Test
  void aStreamThatIsNeverJsonIsGivenUpForListsAndTheReasonIsShown() {
    set("koi.timing.disconnect-grace", "1m");
    events().reply(reply -> reply.beforeSubscribing(() -> engine.emit("oops")));
    watch();

    await().until(() -> status().reason().contains("changes are looked for every 5 s"));
    assertThat(status().state()).isEqualTo(BackendState.CONNECTED);
    theOtherGoesOn();
  }

  enum Lie {
    TWICE,
    IN_THE_WRONG_ORDER,
    WITHOUT_LEGACY_FIELDS,
    OF_STRANGERS
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void eventsAreOnlyHints(Lie lie) {
    lie(lie);
    watch();
    awaitConnected();
    String web = run("web");
    awaitTold(1, "Started web");
    mayEnd(web);
    engine.restart(web);
    awaitTold(2, "Started web");
    engine.stop(web);
    awaitTold(2, "Stopped web");

    assertThat(told()).containsExactly("Started web", "Stopped web", "Started web", "Stopped web");
  }

  /** Waits until that was told so often; whatever event is kept back goes with the next. */
  private void awaitTold(int times, String text) {
    engine.create(ContainerSpec.of("next-after-" + text + times));
    await().untilAsserted(() -> assertThat(told()).filteredOn(text::equals).hasSize(times));
  }

  private void lie(Lie lie) {
    switch (lie) {
      case TWICE -> events().duplicate();
      case IN_THE_WRONG_ORDER -> events().swap();
      case WITHOUT_LEGACY_FIELDS ->
          events().each(event -> List.of(event.replaceFirst("^.*?(?=\"Type\")", "{")));
      case OF_STRANGERS ->
          events().each(event -> List.of(event, event.replaceAll("[0-9a-f]{64}", "f".repeat(64))));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1})
  void whateverIsLostTheNextListMakesUpFor(double share) throws Exception {
    set("koi.timing.resync", "500ms");
    events().chance(share).drop();
    watch();
    awaitConnected();
    Random random = new Random(1);
    List<String> running = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      if (running.size() > 3 && random.nextBoolean()) {
        stop(running.remove(random.nextInt(running.size())));
      } else {
        running.add(run("web-" + i));
      }
    }
    awaitTruth();
    stop(running.remove(0));
    run("last");

    awaitTruth();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Mon, 01 Jan 2001 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT"})
  void anEngineWhoseClockIsMissingOrWrongIsFollowed(String date) {
    engine.faults().on(PING).reply(reply -> reply.header("Date", date.isEmpty() ? null : date));
    String web = run("web");
    watch();
    awaitTold("Started web");
    stop(web);
    run("db");

    awaitTold("Stopped web", "Started db");
  }

  @Test
  void manyEventsAtOnceEndInTheRightPicture() throws Exception {
    watch();
    awaitConnected();
    List<String> ids = engine.runMany(10);
    for (int i = 0; i < 100; i++) {
      ids.forEach(engine::pause);
      ids.forEach(engine::unpause);
    }
    engine.pause(ids.get(0));

    awaitTruth();
    assertThat(told()).noneMatch(text -> text.startsWith("Backend"));
  }

  @Test
  void oneThatFlapsIsNotInspectedForEachOfItsEvents() {
    watch();
    awaitConnected();
    String web = run("web");
    awaitTold("Started web");
    long began = System.nanoTime();
    for (int i = 0; i < 500; i++) {
      engine.pause(web);
      engine.unpause(web);
    }
    engine.pause(web);

    awaitTold("Updated web [state]");
    await().until(() -> koi.instances().stream().anyMatch(i -> i.state() == InstanceState.PAUSED));
    long halfSeconds = (System.nanoTime() - began) / 500_000_000;
    assertThat(engine.requests())
        .filteredOn(request -> request.endpoint() == INSPECT)
        .hasSizeLessThan((int) (16 + halfSeconds)); // a burst of ten, and two a second
  }

  @Test
  void aQuietKoiHasFewThreads() {
    watch();
    awaitConnected();
    for (int i = 0; i < 30; i++) {
      run("web-" + i);
    }
    awaitTold("Started web-29");

    await()
        .untilAsserted(
            () ->
                assertThat(threads())
                    .filteredOn(name -> !name.endsWith("-healthy"))
                    .hasSizeLessThanOrEqualTo(8));
  }

  private Fault events() {
    return engine.faults().on(EVENTS);
  }
}
