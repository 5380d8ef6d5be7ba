package dev.koi.core;

import static dev.koi.testkit.engine.Endpoint.INSPECT;
import static dev.koi.testkit.engine.Endpoint.LIST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.core.status.BackendState;
import dev.koi.spi.RuntimeInfo;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Endpoint;
import dev.koi.testkit.engine.Fault;
import dev.koi.testkit.engine.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine that refuses, answers nonsense, or answers late, much or not at all. */
class EngineAnswerFaultsTest extends EngineFaults {

  enum Answer {
    FAILURE,
    EMPTY,
    CUT,
    CUT_IN_A_ROW,
    FORBIDDEN,
    PAGE,
    HUGE_HEADER,
    HUGE_FAILURE;

    void replace(Reply reply) {
      switch (this) {
        case FAILURE -> reply.status(500);
        case EMPTY -> reply.body("[]");
        case CUT -> reply.cut();
        case CUT_IN_A_ROW -> reply.truncate(700);
        case FORBIDDEN -> reply.status(403);
        case PAGE -> reply.body("<html>Welcome</html>").header("Content-Type", "text/html");
        case HUGE_HEADER -> reply.header("X-Large", "x".repeat(1 << 20));
        case HUGE_FAILURE -> reply.status(500).pad(400L << 20);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Answer.class)
  void aListThatFailsOrLiesLosesNothing(Answer answer) {
    set("koi.timing.resync", "100ms");
    String web = run("web");
    run("db");
    watch();
    awaitTold("Started web", "Started db");
    Fault fault = engine.faults().on(LIST).reply(answer::replace);
    await().until(() -> fault.hits() > 0);
    run("meanwhile");
    awaitTold("Started meanwhile");
    stop(web);
    awaitTold("Stopped web");
    theOtherGoesOn();
    boolean lies = answer == Answer.EMPTY; // Koi cannot know
    await().until(() -> lies || status().reason().startsWith("the periodic list fails"));
    assertThat(status().state()).isEqualTo(BackendState.CONNECTED);
    fault.lift();
    long lists = status().activity().lists();

    await().until(() -> status().activity().lists() > lists && status().reason().isEmpty());
    assertThat(told())
        .containsExactlyInAnyOrder("Started web", "Started db", "Started meanwhile", "Stopped web");
  }

  @Test
  void aFirstListThatBreaksOffIsDiscardedWhole() {
    run("web");
    run("db");
    Fault fault = engine.faults().on(LIST).reply(reply -> reply.truncate(1500));
    watch();
    await().until(() -> fault.hits() > 1);
    assertThat(told()).isEmpty();
    assertThat(status().state()).isNotEqualTo(BackendState.CONNECTED);
    fault.lift();

    awaitTold("Started web", "Started db");
  }

  @Test
  void aProxyThatForbidsToListIsAFailureThatNamesItsSwitch() {
    Fault fault = engine.faults().on(LIST).reply(reply -> reply.status(403));
    watch();
    await().until(() -> status().state() == BackendState.FAILED);
    assertThat(status().reason()).contains("must allow CONTAINERS");
    theOtherGoesOn();
    run("web");
    fault.lift();

    awaitTold("Started web");
  }

  @Test
  void aListThatComesLateUndoesNothingNewer() {
    set("koi.timing.resync", "500ms");
    String web = run("web");
    watch();
    awaitTold("Started web");
    Fault late = engine.faults().on(LIST).times(1).reply(Reply::hang);
    await().until(() -> late.hits() == 1);
    stop(web);
    run("new");
    awaitTold("Stopped web", "Started new");
    late.lift();
    run("witness");

    awaitTold("Started witness");
    assertThat(told())
        .containsExactlyInAnyOrder("Started web", "Stopped web", "Started new", "Started witness");
  }

  @Test
  void oneThatIsNotFoundAtFirstIsFoundByTheNextList() {
    set("koi.timing.resync", "500ms");
    watch();
    awaitConnected();
    String web = engine.create(ContainerSpec.of("web"));
    Fault gone = engine.faults().on(INSPECT).mentioning(web).times(1).reply(r -> r.status(404));
    engine.start(web);

    awaitTold("Started web");
    assertThat(gone.hits()).isEqualTo(1);
  }

  @Test
  void oneThatCannotBeLookedAtIsTriedAgainAlone() {
    watch();
    awaitConnected();
    String broken = engine.create(ContainerSpec.of("broken"));
    Fault fault = engine.faults().on(INSPECT, LIST).mentioning(broken).reply(r -> r.status(500));
    engine.start(broken);
    await().until(() -> fault.hits() > 0);
    String web = run("web");
    awaitTold("Started web");
    stop(web);
    awaitTold("Stopped web");
    fault.lift();

    awaitTold("Started broken");
    assertThat(told())
        // The fault may end between an inspection and the list that stands in for it.
        .filteredOn(text -> !text.equals("Updated broken [started_at]"))
        .containsExactly("Started web", "Stopped web", "Started broken");
    assertThat(status().activity().connects()).isEqualTo(1);
  }

  @Test
  void onPodmanOneThatCannotBeInspectedIsShownAsItsRowTellsUntilItHeals() {
    start(Dialect.PODMAN_5);
    set("koi.timing.resync", "500ms");
    watch();
    awaitConnected();
    String broken = engine.create(ContainerSpec.of("broken"));
    Fault fault = engine.faults().on(INSPECT).mentioning(broken).reply(r -> r.status(500));
    engine.start(broken);
    awaitTold("Started broken");
    String web = run("web");
    awaitTold("Started web");
    stop(web);
    awaitTold("Stopped web");
    assertThat(status().reason()).startsWith("broken cannot be inspected");
    engine.rename(broken, "renamed");
    await().until(() -> told().stream().anyMatch(text -> text.startsWith("Updated renamed")));
    assertThat(koi.instances().get(0).startedAt()).isEmpty();
    assertThat(status().activity().connects()).isEqualTo(1);
    fault.lift();

    await().until(() -> koi.instances().get(0).startedAt().isPresent());
    await().until(() -> status().reason().isEmpty());
  }

  @Test
  void oneTooLargeToReadHidesNoOther() {
    String large = engine.run(ContainerSpec.of("large").label("large", "x".repeat(17_000_000)));
    run("web");
    watch();
    awaitTold("Started web", "Started large");
    run("db");
    awaitTold("Started db");
    stop(large);

    awaitTold("Stopped large");
    assertThat(status().activity().connects()).isEqualTo(1);
  }

  @Test
  void largeLabelsAreCutAndFlagged() {
    for (int i = 0; i < 20; i++) {
      engine.run(ContainerSpec.of("large-" + i).label("large", "x".repeat(1 << 20)));
    }
    watch();
    await().until(() -> koi.instances().size() >= 20);
    run("web");
    awaitTold("Started web");

    assertThat(koi.instances())
        .filteredOn(instance -> instance.containerName().startsWith("large"))
        .hasSize(20)
        .allMatch(Instance::truncated)
        .allMatch(instance -> instance.toString().length() < 1 << 20);
  }

  @Test
  void twoThousandAreSeen() {
    engine.runMany(2000);
    watch();
    await().until(() -> told().size() == 2000);
    run("web");

    awaitTold("Started web");
  }

  @Test
  void anEngineThatSpeaksOtherVersionsNowIsAskedAnew() {
    String web = run("web");
    watch();
    awaitTold("Started web");
    engine.apiVersions("1.60", "1.70");
    engine.cutStreams();
    stop(web);
    awaitTold("Stopped web");
    awaitSpoken("1.60");
    engine.apiVersions("1.12", "1.24");
    engine.cutStreams();
    run("db");

    awaitTold("Started db");
    awaitSpoken("1.24");
  }

  private void awaitSpoken(String version) {
    await()
        .untilAsserted(
            () -> assertThat(status().runtime()).map(RuntimeInfo::apiVersion).contains(version));
  }

  @ParameterizedTest
  @EnumSource(value = Endpoint.class, names = "OTHER", mode = EnumSource.Mode.EXCLUDE)
  void closingEndsACallThatHangs(Endpoint endpoint) throws Exception {
    if (endpoint == Endpoint.LIBPOD_LIST) {
      start(Dialect.PODMAN_5); // no other engine has it
    }
    run("web");
    Fault hung = engine.faults().on(endpoint).reply(Reply::hang);
    watch();
    await().until(() -> hung.hits() > 0);
    CountDownLatch together = new CountDownLatch(1);
    List<Thread> closers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Thread closer =
          new Thread(
              () -> {
                try {
                  together.await();
                  koi.close();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      closer.start();
      closers.add(closer);
    }
    theOtherGoesOn();
    together.countDown();
    for (Thread closer : closers) {
      closer.join();
    }
    awaitNoThreads();
  }
}
