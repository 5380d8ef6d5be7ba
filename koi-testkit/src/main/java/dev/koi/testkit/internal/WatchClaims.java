package dev.koi.testkit.internal;

import static dev.koi.testkit.internal.Trial.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.rules.HintReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.opentest4j.TestAbortedException;

/** The claims about watches: rules W. */
public abstract class WatchClaims extends FactClaims {

  private static final long SECOND = 1000; // ms

  /** A queue that is smaller than this may be found; with fewer changes nothing is shown. */
  private static final int FLOOD = 1000;

  @Rule("W-1")
  public final void aWatchIsLiveOnReturn() throws Exception {
    trial.repeat(2, MANY, this::changeRightAfterWatch);
  }

  @Rule("W-1")
  public final void watchesOpenedTogetherAreLiveOnReturn() throws Exception {
    trial.repeat(
        2,
        MANY / 4,
        () -> {
          CyclicBarrier open = new CyclicBarrier(4);
          trial.together(
              4,
              () -> {
                RuntimeConnection connection = trial.connect();
                HintReader reader = trial.read(connection.watch());
                open.await(trial.times().patience().toMillis(), TimeUnit.MILLISECONDS);
                String id = trial.start();
                reader.expectHint(id, 0, "was started when four watches had been opened together");
                connection.close();
                trial.stop(id);
              });
        });
  }

  private void changeRightAfterWatch() throws Exception {
    RuntimeConnection connection = trial.connect();
    InstanceWatch watch = connection.watch();
    String id = trial.start();
    trial.read(watch).expectHint(id, 0, "was started when watch() had just returned");
    connection.close();
    trial.stop(id);
  }

  @Rule("W-1")
  public final void nothingIsMissedBetweenWatchAndList() throws Exception {
    trial.repeat(
        2,
        MANY / 4,
        () -> {
          Callable<List<String>> starting =
              trial.begin(() -> List.of(trial.start(), trial.start(), trial.start()));
          RuntimeConnection connection = trial.connect();
          HintReader reader = trial.read(connection.watch());
          Set<String> listed = ids(connection.listInstances());
          for (String id : starting.call()) {
            if (!listed.contains(id)) {
              reader.expectHint(id, 0, "was started at that time, but not listed after watch()");
            }
            trial.stop(id);
          }
          connection.close();
        });
  }

  @Rule("W-2")
  public final void aStartGivesAHint() throws Exception {
    HintReader reader = trial.read(trial.connect().watch());
    int mark = reader.settle();
    reader.expectHint(trial.start(), mark, "was started");
  }

  @Rule("W-2")
  public final void aStopGivesAHint() throws Exception {
    expectHint(trial.start(), "was stopped", trial::stop);
  }

  @Rule("W-2")
  public final void aPauseAndItsEndGiveHints() throws Exception {
    String id = trial.start();
    expectHint(id, "was paused", trial.fixture()::pause);
    expectHint(id, "was unpaused", trial.fixture()::unpause);
  }

  @Rule("W-2")
  public final void aRenameGivesAHint() throws Exception {
    expectHint(
        trial.start(), "was renamed", id -> trial.fixture().rename(id, trial.wanted().name()));
  }

  @Rule("W-2")
  public final void aNewLabelGivesAHint() throws Exception {
    expectHint(trial.start(), "got a label", id -> trial.fixture().relabel(id, NEW_LABEL));
  }

  @Rule("W-2")
  public final void aNewAddressGivesAHint() throws Exception {
    expectHint(trial.start(), "got another address", trial.fixture()::readdress);
  }

  @Rule("W-2")
  public final void aRestartGivesAHint() throws Exception {
    expectHint(trial.start(), "was restarted", trial.fixture()::restart);
  }

  @Rule("W-2")
  public final void aChangeOfHealthGivesAHint() throws Exception {
    expectHint(
        trial.start(trial.wanted().checked()),
        "became unhealthy",
        id -> trial.fixture().setHealth(id, Health.UNHEALTHY));
  }

  @Rule("W-2")
  public final void aWaitForARestartGivesAHint() throws Exception {
    expectHint(trial.start(), "ended and waits for its restart", trial.fixture()::crash);
  }

  @Rule("W-2")
  public final void anInstanceThatEndsAtOnceGivesAHint() throws Exception {
    HintReader reader = trial.read(trial.connect().watch());
    int mark = reader.settle();
    String id = trial.start();
    trial.stop(id);
    reader.expectHint(
        id, mark, "started and ended at once; a watch that compares two lists misses this");
  }

  @Rule("W-2")
  public final void aChangeRightAfterAnotherGivesAHint() throws Exception {
    HintReader reader = trial.read(trial.connect().watch());
    for (int i = 0; i < 3; i++) {
      int mark = reader.settle();
      String id = trial.start();
      reader.expectHint(id, mark, "was started");
      mark = reader.count();
      trial.stop(id);
      reader.expectHint(id, mark, "was stopped when the hint of its start had just been taken");
    }
  }

  /** Something done to the instance of an id. */
  @FunctionalInterface
  private interface Change {
    void to(String id) throws Exception;
  }

  private void expectHint(String id, String what, Change change) throws Exception {
    RuntimeConnection connection = trial.connect();
    HintReader reader = trial.read(connection.watch());
    int mark = reader.settle();
    change.to(id);
    Optional<Duration> interval = connection.listInterval();
    if (interval.isEmpty()) {
      reader.expectHint(id, mark, what);
    } else if (!reader.await(trial.times().second(), () -> reader.came(id, mark))) {
      reader.requireNotEnded("%s %s".formatted(id, what));
      trial.partly(
          "no hint came for an instance that %s; Koi lists every %d ms"
              .formatted(what, interval.get().toMillis()));
    }
    connection.close();
  }

  @Rule("W-3")
  public final void whatAHintIsAboutCanBeSeen() throws Exception {
    RuntimeConnection connection = trial.connect();
    StateAtHints states = new StateAtHints(connection);
    HintReader reader = trial.read(connection.watch(), states);
    reader.settle();
    trial.repeat(
        6,
        MANY,
        () -> {
          int mark = reader.count();
          String id = trial.start();
          states.expect("present", id, reader, trial.times(), mark);
          mark = reader.count();
          trial.stop(id);
          states.expect("gone", id, reader, trial.times(), mark);
        });
  }

  @Rule("W-4")
  public final void aWatchIsQuietWhileNothingChanges() throws Exception {
    trial.start();
    if (trial.fixture().shared()) {
      throw new TestAbortedException("the runtime is shared, and others may change it");
    }
    HintReader reader = trial.read(trial.connect().watch());
    trial.beQuiet(); // what comes late of the start is no harm
    int before = reader.count();
    Thread.sleep(SECOND);
    int seconds = 1;
    if (reader.count() - before > 2) { // perhaps three of two a second
      Thread.sleep(2 * SECOND);
      seconds = 3;
    }
    reader.requireNotEnded("nothing had happened");
    assertThat(reader.count() - before)
        .as("hints in %d s in which nothing changed, where two a second are allowed", seconds)
        .isLessThanOrEqualTo(2 * seconds + 1);
  }

  @Rule("W-5")
  public final void aSlowReaderLosesNothing() throws Exception {
    InstanceWatch watch = trial.connect().watch();
    List<String> changed = flood(50 * MANY);
    HintReader reader = trial.read(watch);
    for (String id : changed) {
      reader.expectHint(
          id,
          0,
          "was one of %d that started and ended before the first take()".formatted(changed.size()));
    }
    if (changed.size() < FLOOD) {
      trial.partly(
          "the fixture made only %d changes before the first take(), and fewer than %d show little"
              .formatted(changed.size(), FLOOD));
    } else {
      trial.note(changed.size() + " instances changed before the first take()");
    }
    trial.partly("no test can show that memory is bounded");
  }

  @Rule("W-5")
  public final void aChangeWhileAFloodIsReadIsNotLost() throws Exception {
    InstanceWatch watch = trial.connect().watch();
    flood(MANY);
    Map<String, Integer> changed = new ConcurrentHashMap<>(); // after which hint
    AtomicInteger hints = new AtomicInteger();
    HintReader reader =
        trial.read(
            watch,
            hint -> {
              int number = hints.incrementAndGet();
              boolean everything = hint.equals(ChangeHint.everything());
              if (number == 1 || (everything && changed.size() < 2)) {
                changed.put(trial.start(), number);
              }
            });
    reader.settle();
    for (Map.Entry<String, Integer> id : changed.entrySet()) {
      reader.expectHint(id.getKey(), id.getValue(), "was started while many hints were read");
    }
  }

  /** Changes at most that many instances, and returns their ids. */
  private List<String> flood(int most) throws Exception {
    List<String> changed = new ArrayList<>();
    trial.repeat(
        10,
        most,
        () -> {
          changed.add(trial.start());
          trial.stop(changed.get(changed.size() - 1));
        });
    return changed;
  }

  @Rule("W-6")
  public final void aLossBehindUnreadHintsEndsTake() throws Exception {
    InstanceWatch watch = trial.connect().watch();
    flood(MANY);
    trial.lose();
    Throwable end =
        trial.read(watch).expectEnd(trial.times().patience(), "a loss behind many unread hints");
    assertThat(end).isInstanceOf(IOException.class);
  }

  @Rule("W-6")
  public final void aLossEndsTakeForGood() throws Exception {
    InstanceWatch watch = trial.connect().watch();
    HintReader reader = trial.read(watch);
    reader.settle();
    trial.lose();
    assertThat(reader.expectEnd(trial.times().patience(), "the loss of the runtime"))
        .isInstanceOf(IOException.class);
    expect(IOException.class, "take() after the loss", watch::take);
    trial.restore();
    expect(IOException.class, "take() after the runtime had come back", watch::take);
  }

  @Rule("W-7")
  public final void aGapIsNotHidden() throws Exception {
    HintReader reader = trial.read(trial.connect().watch());
    int mark = reader.settle();
    trial.lose();
    trial.restore();
    if (!reader.await(
        trial.times().patience(), () -> reader.ended() || reader.everythingCame(mark))) {
      throw new AssertionError(
          "the runtime was lost and came back, and take() neither threw nor gave everything()");
    }
  }

  @Rule("W-8")
  public final void aSecondWatchIsRefused() throws Exception {
    RuntimeConnection connection = trial.connect();
    InstanceWatch watch = connection.watch();
    expect(IllegalStateException.class, "a second watch()", connection::watch);
    watch.close();
    expect(IllegalStateException.class, "watch() when the first is closed", connection::watch);
  }
}
