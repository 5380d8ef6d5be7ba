package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendReconnected;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Judges histories made by hand, good ones and bad ones. */
class HistoryTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instance WEB = web().build();
  private static final Instance PAUSED = web().state(InstanceState.PAUSED).build();
  private static final Instance RESTARTED = web().startedAt(NOON.plusSeconds(1)).build();

  private long sequence;

  @Test
  void lifeAfterLifeIsGrammatical() {
    assertThat(
            history(
                    started(WEB),
                    updated(WEB, PAUSED),
                    updated(PAUSED, WEB),
                    stopped(WEB),
                    started(RESTARTED),
                    stopped(RESTARTED))
                .againstTheGrammar())
        .isEmpty();
  }

  @Test
  void theGrammarCatches() {
    assertBroken("is started already", started(WEB), started(WEB));
    assertBroken("is started already", started(WEB), started(RESTARTED));
    assertBroken("does not follow what was told", updated(WEB, PAUSED));
    assertBroken("does not follow what was told", started(PAUSED), updated(WEB, PAUSED));
    assertBroken("does not follow", started(WEB), stopped(WEB), updated(WEB, PAUSED));
    assertBroken("is another life", started(WEB), updated(WEB, RESTARTED));
    assertBroken("is not what was started", stopped(WEB));
    assertBroken("is not what was started", started(WEB), stopped(WEB), stopped(WEB));
    assertBroken("is not what was started", started(WEB), stopped(PAUSED));
    assertBroken(
        "names the wrong fields",
        started(WEB),
        new Updated("b", NOON, 100, WEB, PAUSED, List.of("image")));
    assertBroken("is not in sequence", new Started("b", NOON, 0, WEB));
    assertBroken("is not in sequence", new Started("b", NOON, 1_000, WEB), stopped(WEB));
  }

  private static void assertBroken(String how, RuntimeEvent... events) {
    assertThat(history(events).againstTheGrammar()).singleElement().asString().contains(how);
  }

  @Test
  void lossesAndReturnsComeInTurns() {
    assertThat(history(down("a"), down("b"), up("b"), up("a"), down("a")).againstTheTurns())
        .isEmpty();
    assertThat(history(up("a")).againstTheTurns()).hasSize(1);
    assertThat(history(down("a"), down("a")).againstTheTurns()).hasSize(1);
    assertThat(history(down("a"), up("a"), up("a"), down("b")).againstTheTurns()).hasSize(1);
  }

  @Test
  void nothingEndsWhileNobodyCanSeeIt() {
    History history = history(started(WEB), stopped(WEB));

    assertThat(history.stoppedWhileBlind(NOON.minusSeconds(1), NOON)).isEmpty();
    assertThat(history.stoppedWhileBlind(NOON.plusSeconds(1), NOON.plusSeconds(2))).isEmpty();
    assertThat(history.stoppedWhileBlind(NOON, NOON.plusSeconds(1))).hasSize(1);
  }

  @Test
  void whatIsToldWasTrueInThisOrder() {
    assertNoInvention(
        started(WEB),
        updated(WEB, PAUSED),
        stopped(PAUSED),
        started(RESTARTED),
        stopped(RESTARTED));
    assertNoInvention(started(WEB), stopped(WEB)); // a slow listener, and the restart was missed
    assertNoInvention(started(RESTARTED));
    assertNoInvention();

    assertInvention(started(PAUSED), updated(PAUSED, WEB));
    assertInvention(started(RESTARTED), stopped(RESTARTED), started(WEB));
    assertInvention(started(WEB), stopped(WEB), started(WEB));
    assertInvention(started(web().image("never").build()));
    assertInvention(started(Instance.builder("b", "another", "web").build()));
  }

  private static void assertNoInvention(RuntimeEvent... events) {
    assertThat(history(events).inventions(List.of(truth()))).isEmpty();
  }

  private static void assertInvention(RuntimeEvent... events) {
    assertThat(history(events).inventions(List.of(truth()))).hasSize(1);
  }

  private static History.Truth truth() {
    return new History.Truth(
        "b",
        "1",
        List.of(Optional.of(WEB), Optional.of(PAUSED), Optional.of(RESTARTED), Optional.empty()));
  }

  @Test
  void theEventsAddUpToWhatIsTrue() {
    Instance other = Instance.builder("b", "2", "other").build();
    History history = history(started(WEB), updated(WEB, PAUSED), started(other), stopped(other));

    assertThat(history.picture()).containsExactly(PAUSED);
    assertThat(history.differencesFrom(List.of(PAUSED))).isEmpty();
    assertThat(history.differencesFrom(List.of())).containsExactly("b/1 is told and not there");
    assertThat(history.differencesFrom(List.of(WEB)))
        .containsExactly("b/1 is told with other [state]");
    assertThat(history.differencesFrom(List.of(PAUSED, other)))
        .containsExactly("b/2 is there and not told");
  }

  private static Instance.Builder web() {
    return Instance.builder("b", "1", "web").startedAt(NOON);
  }

  private static History history(RuntimeEvent... events) {
    return new History(List.of(events));
  }

  private Started started(Instance instance) {
    return new Started("b", NOON, ++sequence, instance);
  }

  private Updated updated(Instance was, Instance now) {
    return new Updated("b", NOON, ++sequence, was, now, was.changedFields(now));
  }

  private Stopped stopped(Instance instance) {
    return new Stopped("b", NOON, ++sequence, instance);
  }

  private BackendDisconnected down(String backend) {
    return new BackendDisconnected(backend, NOON, ++sequence, "gone");
  }

  private BackendReconnected up(String backend) {
    return new BackendReconnected(backend, NOON, ++sequence);
  }
}
