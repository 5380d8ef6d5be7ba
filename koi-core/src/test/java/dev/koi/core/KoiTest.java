package dev.koi.core;

import static dev.koi.core.TestKoi.OFTEN_LISTED;
import static dev.koi.core.TestKoi.QUICK;
import static dev.koi.core.TestKoi.WITHOUT_RESYNC;
import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Gate;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole core, on worlds in memory that behave, and on backends that do not. */
class KoiTest {

  private static final Duration GRACE = Duration.ofMinutes(10);

  private final Grammar listener = new Grammar();
  private final List<Koi> kois = new ArrayList<>();
  private InMemoryWorld world;
  private InMemoryWorld other;

  @BeforeEach
  void open() {
    world = InMemoryWorld.open("world");
    other = InMemoryWorld.open("other");
  }

  @AfterEach
  void end() {
    kois.forEach(Koi::close);
    world.close();
    other.close();
    listener.verify();
  }

  @Test
  void everyChangeIsToldOnce() {
    String already = world.start("already");
    koi(WITHOUT_RESYNC, new Tampered());
    listener.awaitTold("Started already");

    String web = world.start("web");
    listener.awaitTold("Started already", "Started web");
    world.pause(web);
    listener.awaitTold("Started already", "Started web", "Updated web [state]");
    world.rename(web, "shop");
    listener.awaitTold(
        "Started already", "Started web", "Updated web [state]", "Updated shop [container_name]");
    world.stop(already);
    listener.awaitTold(
        "Started already",
        "Started web",
        "Updated web [state]",
        "Updated shop [container_name]",
        "Stopped already");
  }

  @Test
  void aRestartIsAnEndAndABeginning() {
    String web = world.start("web");
    koi(WITHOUT_RESYNC, new Tampered());
    listener.awaitTold("Started web");
    world.restart(web);

    listener.awaitTold("Started web", "Stopped web", "Started web");
  }

  @Test
  void aLostRuntimeIsDisconnectedAndWhatItDidMeanwhileIsToldBeforeReconnected() {
    String gone = world.start("gone");
    world.start("stays");
    koi(WITHOUT_RESYNC, new Tampered());
    await().until(() -> listener.told().size() == 2);
    world.lose();
    await().until(() -> listener.told().contains("BackendDisconnected"));
    assertThat(listener.present()).hasSize(2);

    world.stop(gone);
    world.start("new");
    world.restore();

    await().until(() -> listener.told().contains("BackendReconnected"));
    assertThat(listener.told())
        .contains("Stopped gone", "Started new")
        .endsWith("BackendReconnected");
    awaitEqualPicture();
  }

  @Test
  void syncedComesAfterTheFirstPictureAndAfterEachOutage() {
    String web = world.start("web");
    Koi koi = koi(WITHOUT_RESYNC, new Tampered());
    awaitAll("Started web", "BackendSynced");
    world.lose();
    await().until(() -> listener.told().contains("BackendDisconnected"));
    Grammar late = new Grammar();
    koi.subscribe(late);
    await().until(() -> late.all().size() == 2);
    world.stop(web);
    world.restore();

    awaitAll(
        "Started web",
        "BackendSynced",
        "BackendDisconnected",
        "Stopped web",
        "BackendReconnected",
        "BackendSynced");
    await().until(() -> late.all().size() == 5);
    assertThat(late.all())
        .extracting(Grammar::text)
        .containsExactly(
            "Started web",
            "BackendDisconnected",
            "Stopped web",
            "BackendReconnected",
            "BackendSynced");
    late.verify();
  }

  private void awaitAll(String... events) {
    await()
        .untilAsserted(
            () -> assertThat(listener.all()).extracting(Grammar::text).containsExactly(events));
  }

  @Test
  void aRuntimeThatIsBackWithinTheGraceIsNotMissed() {
    world.start("web");
    Koi koi =
        koi(
            TestKoi.timing(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofMinutes(10)),
            new Tampered());
    listener.awaitTold("Started web");
    for (int i = 1; i <= 4; i++) {
      long connects = i + 1L;
      world.lose();
      world.start("web-" + i);
      world.restore();
      await().until(() -> status(koi).activity().connects() == connects);
    }

    awaitEqualPicture();
    assertThat(listener.told()).doesNotContain("BackendDisconnected");
  }

  @Test
  void aRuntimeThatComesLaterIsFound() {
    world.lose();
    Koi koi = koi(WITHOUT_RESYNC, new Tampered());
    await().until(() -> status(koi).state() == BackendState.UNAVAILABLE);
    await().until(() -> status(koi).nextAttempt().isPresent());
    world.restore();
    world.start("web");

    listener.awaitTold("Started web");
    await().until(() -> status(koi).state() == BackendState.CONNECTED);
    assertThat(status(koi).nextAttempt()).isEmpty();
  }

  @Test
  void aLostHintIsMadeUpForByTheNextList() {
    RuntimeBackend silent =
        new Tampered()
            .take(
                sound -> {
                  while (true) {
                    sound.take();
                  }
                });
    Koi koi = koi(OFTEN_LISTED, silent);
    await().until(() -> status(koi).state() == BackendState.CONNECTED);
    String web = world.start("web");
    listener.awaitTold("Started web");
    world.stop(web);

    listener.awaitTold("Started web", "Stopped web");
  }

  @Test
  void aPeriodicListThatFailsIsShownUntilItWorksAgain() {
    AtomicBoolean failing = new AtomicBoolean();
    RuntimeBackend broken =
        new Tampered()
            .list(
                sound -> {
                  if (failing.get()) {
                    throw new IOException("500: network inspection mismatch");
                  }
                  return sound.listInstances();
                });
    Koi koi = koi(TestKoi.timing(Duration.ofMinutes(1), Duration.ofMillis(100), GRACE), broken);
    awaitConnected(koi);
    failing.set(true);
    await().until(() -> status(koi).reason().contains("list fails: 500: network inspection"));
    assertThat(status(koi).state()).isEqualTo(BackendState.CONNECTED);
    failing.set(false);

    await().until(() -> status(koi).reason().isEmpty());
    assertThat(status(koi).activity().connects()).isEqualTo(1);
  }

  @Test
  void anEntryOfAnUnknownTypeIsMisconfiguredAndEndsNoWait() throws InterruptedException {
    Koi koi = start(QUICK, new Tampered(), entry("world", "tampered"), entry("x", "dokcer"));

    assertThat(koi.awaitFirstPicture(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    BackendStatus unknown = koi.status().backends().get(1);
    assertThat(unknown.state()).isEqualTo(BackendState.MISCONFIGURED);
    assertThat(unknown.reason()).contains("no backend 'dokcer'", "tampered");
  }

  @Test
  void nothingIsStoppedBecauseAListDoesNotShowIt() {
    AtomicBoolean lying = new AtomicBoolean();
    AtomicInteger lies = new AtomicInteger();
    RuntimeBackend forgetful =
        new Tampered()
            .list(
                sound -> {
                  if (!lying.get()) {
                    return sound.listInstances();
                  }
                  lies.incrementAndGet();
                  return List.of();
                });
    world.start("web");
    koi(OFTEN_LISTED, forgetful);
    listener.awaitTold("Started web");
    lying.set(true);

    await().until(() -> lies.get() > 3);
    assertThat(listener.told()).containsExactly("Started web");
  }

  @Test
  void aWatchThatEndsAtOnceAgainAndAgainIsGivenUpForLists() {
    RuntimeBackend brief =
        new Tampered()
            .take(
                sound -> {
                  throw new IOException("no event log");
                });
    world.start("web");
    // The attempts to watch may take longer than a short grace.
    Koi koi = koi(TestKoi.timing(Duration.ofMinutes(1), Duration.ofHours(1), GRACE), brief);

    await().until(() -> status(koi).reason().contains("ends as soon as it has begun"));
    assertThat(status(koi).state()).isEqualTo(BackendState.CONNECTED);
    listener.awaitTold("Started web");
  }

  @Test
  void aConfigurationThatCannotBeUsedIsNotTriedAgain() {
    AtomicInteger attempts = new AtomicInteger();
    RuntimeBackend picky =
        new Tampered()
            .connect(
                (sound, config) -> {
                  attempts.incrementAndGet();
                  throw config.invalid("world", "must be another");
                });
    Koi koi =
        start(
            QUICK,
            picky,
            new BackendSettings(
                "tampered",
                Enabled.TRUE,
                BackendConfig.of("world", Map.of("world", "x")),
                Map.of("koi.backends.world.world", "koi.conf: 7: ")));

    await().until(() -> status(koi).state() == BackendState.MISCONFIGURED);
    assertThat(status(koi).reason())
        .isEqualTo("koi.conf: 7: koi.backends.world.world must be another but was x");
    await().during(Duration.ofMillis(300)).until(() -> attempts.get() == 1);
  }

  @Test
  void twoKoisInOneProcessKnowNothingOfEachOther() {
    Grammar second = new Grammar();
    Koi one = koi(WITHOUT_RESYNC, new Tampered());
    start(WITHOUT_RESYNC, new Tampered(), entry("world", "in-memory")).subscribe(second);
    world.start("web");
    listener.awaitTold("Started web");
    await().until(() -> second.events().size() == 1);
    one.close();
    world.start("db");

    await().until(() -> second.events().size() == 2);
    assertThat(listener.told()).containsExactly("Started web");
    second.verify();
  }

  static Stream<Arguments> everythingThatGoesWrong() {
    return Stream.of(BrokenBackend.Method.values())
        .flatMap(
            method ->
                Stream.of(BrokenBackend.Fault.values()).map(fault -> arguments(method, fault)));
  }

  /** A backend that is broken in one method, beside one that is sound. */
  @ParameterizedTest
  @MethodSource("everythingThatGoesWrong")
  void aBrokenBackendCostsTheSoundOneNothing(
      BrokenBackend.Method method, BrokenBackend.Fault fault) {
    BrokenBackend broken = new BrokenBackend(method, fault);
    Koi koi = start(QUICK, broken, entry("world", "tampered"), entry("other", "in-memory"));
    koi.subscribe(listener);
    world.start("in-the-broken-one");
    String sound = other.start("sound");
    await().until(() -> listener.told().contains("Started sound"));
    world.lose();
    world.restore();
    other.stop(sound);
    await().until(() -> listener.told().contains("Stopped sound"));

    koi.close();
    int heard = listener.events().size();
    other.start("after-the-end");
    await().during(Duration.ofMillis(50)).until(() -> listener.events().size() == heard);
    broken.release();
  }

  @Test
  void aListenerMayCloseKoi() {
    Koi koi = koi(WITHOUT_RESYNC, new Tampered());
    AtomicBoolean closed = new AtomicBoolean();
    koi.subscribe(
        event -> {
          koi.close();
          closed.set(true);
        });
    world.start("web");

    await().untilTrue(closed);
  }

  @Test
  void closingLeavesNoThread() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 20; i++) {
      Koi koi =
          start(QUICK, new Tampered(), entry("world", "tampered"), entry("other", "in-memory"));
      koi.subscribe(event -> {});
      koi.close();
      koi.close();
      koi.subscribe(event -> {});
    }

    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("koi-")));
  }

  @Test
  void statusTellsHowAListenerKeepsUp() throws InterruptedException {
    Gate release = Gate.closed();
    Koi koi = koi(WITHOUT_RESYNC, new Tampered());
    awaitConnected(koi);
    koi.subscribe(
        event -> {
          if (event instanceof RuntimeEvent.BackendSynced) {
            return;
          }
          release.pass();
        });
    world.start("one");
    await().until(() -> koi.status().listeners().get(1).told() == 2);
    String two = world.start("two");
    await().until(() -> koi.status().listeners().get(1).pending() == 1);
    world.pause(two);

    await().until(() -> koi.status().listeners().get(1).conflated() == 1);
    assertThat(koi.status().listeners().get(1).busy()).isPositive();
    release.open();
    await().until(() -> koi.status().listeners().get(1).told() == 3);
  }

  private Koi koi(Timing timing, RuntimeBackend backend) {
    Koi koi = start(timing, backend, entry("world", backend.name()));
    koi.subscribe(listener);
    return koi;
  }

  private Koi start(Timing timing, RuntimeBackend backend, BackendSettings... entries) {
    Koi koi = TestKoi.start(timing, backend, entries);
    kois.add(koi);
    return koi;
  }

  private static BackendStatus status(Koi koi) {
    return koi.status().backends().get(0);
  }

  private static void awaitConnected(Koi koi) {
    await().until(() -> status(koi).state() == BackendState.CONNECTED);
  }

  private void awaitEqualPicture() {
    listener.awaitPicture(kois.get(0)::instances);
  }
}
