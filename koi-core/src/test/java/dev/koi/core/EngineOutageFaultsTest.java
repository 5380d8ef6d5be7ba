package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.core.status.BackendState;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.FaultProxy;
import dev.koi.testkit.engine.FaultProxy.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine that freezes, ends, comes back, or comes back as another. */
class EngineOutageFaultsTest extends EngineFaults {

  enum Freeze {
    STALLED,
    NOT_ACCEPTING,
    ONE_BYTE_PER_SECOND;

    void begin(FaultProxy proxy) {
      switch (this) {
        case STALLED -> proxy.stall(Direction.TO_CLIENT);
        case NOT_ACCEPTING -> {
          proxy.ignore();
          proxy.cut();
        }
        case ONE_BYTE_PER_SECOND -> proxy.throttle(Direction.TO_CLIENT, 1);
      }
    }

    void end(FaultProxy proxy) {
      proxy.resume();
      if (this == NOT_ACCEPTING) {
        proxy.accept();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"STALLED, 20", "NOT_ACCEPTING, 8", "ONE_BYTE_PER_SECOND, 8"})
  void anEngineThatFreezesIsMissedAndFollowedAgain(Freeze freeze, int attempts) {
    set("koi.timing.resync", "500ms");
    set("koi.timing.list", "2s");
    set("koi.backends.engine.connect-timeout", "200ms");
    set("koi.timing.backoff-max", "50ms");
    String gone = run("gone");
    run("stays");
    watch();
    awaitTold("Started gone", "Started stays");
    freeze.begin(proxy);
    awaitTold("BackendDisconnected");
    theOtherGoesOn();
    awaitAttempts(4);
    int threads = threads().size();
    awaitAttempts(attempts);
    assertThat(threads()).as("threads").hasSizeLessThan(threads + 4);
    assertThat(listener.present()).filteredOn(i -> i.backend().equals("engine")).hasSize(2);
    stop(gone);
    run("new");
    freeze.end(proxy);

    awaitTold("BackendReconnected");
    assertOneOutage("Stopped gone", "Started new");
  }

  private void awaitAttempts(long count) {
    await().until(() -> status().activity().errors().getOrDefault("connect", 0L) >= count);
  }

  @ParameterizedTest
  @CsvSource({
    "DOCKER_28, true, false",
    "DOCKER_28, false, false",
    "DOCKER_28, true, true",
    "DOCKER_28, false, true",
    "PODMAN_5, true, true",
    "PODMAN_5, false, true"
  })
  void anEngineThatEndsAndComesBack(Dialect dialect, boolean killed, boolean outlived) {
    start(dialect);
    if (dialect == Dialect.PODMAN_5) {
      set("koi.backends.engine.type", "podman");
    } else if (outlived) {
      engine.liveRestore();
    }
    String plain = run("plain");
    String always = engine.run(ContainerSpec.of("always").restart("always"));
    String died = run("died");
    watch(engine.socket());
    awaitTold("Started plain", "Started always", "Started died");
    mayEnd(died);
    if (!outlived) {
      mayEnd(plain);
      mayEnd(always);
    }
    if (killed) {
      engine.crash();
      engine.die(died, 1);
    } else {
      engine.shutDown();
      if (outlived) {
        engine.die(died, 1);
      }
    }
    awaitTold("BackendDisconnected");
    await() // from the first attempt after the loss on
        .until(
            () ->
                status().state() == BackendState.UNAVAILABLE
                    && status().reason().contains(engine.socket().toString()));
    theOtherGoesOn();
    engine.boot();
    awaitTold("BackendReconnected");
    run("new");

    awaitTold("Started new");
    assertThat(told()).filteredOn(text -> text.startsWith("Backend")).hasSize(2);
    assertThat(told()).filteredOn("Stopped died"::equals).hasSize(1);
    assertThat(told()).filteredOn("Stopped plain"::equals).hasSize(outlived ? 0 : 1);
    assertThat(told()).filteredOn("Started always"::equals).hasSize(outlived ? 1 : 2);
    assertThat(told()).endsWith("BackendReconnected", "Started new");
  }

  @Test
  void aRestartDuringAnOutageIsAnEndAndABeginning() {
    String web = run("web");
    watch();
    awaitTold("Started web");
    proxy.refuse();
    proxy.cut();
    awaitTold("BackendDisconnected");
    mayEnd(web);
    engine.restart(web);
    proxy.accept();

    awaitTold("BackendReconnected");
    assertOneOutage("Stopped web", "Started web");
  }

  @Test
  void aSocketThatTurnsFromDockerToPodmanHasOtherContainers() {
    String web = run("web");
    watch(engine.socket());
    awaitTold("Started web");
    mayEnd(web);
    engine.crash();
    awaitTold("BackendDisconnected");
    engine.boot(Dialect.PODMAN_5);
    awaitTold("BackendReconnected");
    run("pod");

    awaitTold("Stopped web", "Started pod");
    assertThat(status().runtime().orElseThrow().product()).isEqualTo("Podman");
  }

  @Test
  void anEngineThatComesLaterIsFound() {
    engine.shutDown();
    watch(engine.socket());
    await().until(() -> status().state() == BackendState.UNAVAILABLE);
    theOtherGoesOn();
    engine.boot();
    run("web");

    awaitTold("Started web");
    assertThat(told()).containsExactly("Started web");
  }

  /** Between Disconnected and Reconnected those changes were told, and nothing else. */
  private void assertOneOutage(String... corrections) {
    List<String> told = told();
    assertThat(told).filteredOn(text -> text.startsWith("Backend")).hasSize(2);
    assertThat(
            told.subList(
                told.indexOf("BackendDisconnected") + 1, told.indexOf("BackendReconnected")))
        .containsExactlyInAnyOrder(corrections);
    assertThat(told).endsWith("BackendReconnected");
  }
}
