package dev.koi.testkit.internal;

import static dev.koi.testkit.internal.Trial.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.rules.HintReader;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.opentest4j.TestAbortedException;

/** The claims about close and about threads: rules X and T. */
public abstract class CloseClaims extends WatchClaims {

  @Rule("X-1")
  public final void closeMayBeCalledByAnyoneAtAnyTime() throws Exception {
    RuntimeConnection unwatched = trial.connect();
    trial.together(4, unwatched::close);
    RuntimeConnection connection = trial.connect();
    InstanceWatch watch = connection.watch();
    trial.read(watch);
    trial.together(
        4,
        () -> {
          watch.close();
          connection.close();
        });
    connection.close();
    watch.close();
  }

  @Rule("X-1")
  public final void closeWorksAfterALoss() throws Exception {
    RuntimeConnection connection = trial.connect();
    InstanceWatch watch = connection.watch();
    trial.lose();
    connection.close();
    watch.close();
  }

  @Rule("X-1")
  public final void closeWorksWhileTheRuntimeHangs() throws Exception {
    List<RuntimeConnection> connections =
        List.of(trial.connect(), trial.connect(), trial.connect());
    trial.freeze();
    for (RuntimeConnection connection : connections) {
      RuntimeConnection unguarded = BackendProxy.behind(RuntimeConnection.class, connection);
      CountDownLatch begun = new CountDownLatch(1);
      trial
          .calls()
          .start(
              "list",
              () -> {
                begun.countDown();
                Trial.quietly(unguarded::listInstances);
              });
      begun.await();
      trial.beQuiet();
      connection.close();
    }
  }

  @Rule("X-2")
  public final void closingTheConnectionReleasesABlockedTake() throws Exception {
    RuntimeConnection connection = trial.connect();
    expectRelease(trial.read(connection.watch()), "connection", connection::close);
  }

  @Rule("X-2")
  public final void closingTheWatchReleasesABlockedTake() throws Exception {
    InstanceWatch watch = trial.connect().watch();
    expectRelease(trial.read(watch), "watch", watch::close);
  }

  private void expectRelease(HintReader reader, String what, Action close) throws Exception {
    reader.settle();
    close.run();
    assertThat(reader.expectEnd(trial.times().second(), "close() of the " + what))
        .as("the end of a blocked take() after close() of the %s", what)
        .isInstanceOf(IOException.class);
  }

  @Rule("X-3")
  public final void closeLeavesNoThread() throws Exception {
    LeakCheck.requireNoThread(trial, this::useAndClose);
  }

  @Rule("X-3")
  public final void closeLeavesNoDescriptor() throws Exception {
    LeakCheck.requireNoDescriptor(trial, this::useAndClose);
  }

  private void useAndClose() throws Exception {
    RuntimeConnection unread = trial.connect();
    unread.watch();
    unread.close();
    RuntimeConnection connection = trial.connect();
    connection.listInstances();
    HintReader reader = trial.read(connection.watch());
    trial.stop(trial.start());
    reader.await(trial.times().quiet(), () -> reader.count() > 0); // it is in take now
    connection.close();
  }

  @Rule("X-4")
  public final void afterCloseEveryCallFails() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    InstanceWatch watch = connection.watch();
    connection.close();
    RuntimeConnection unwatched = trial.connect();
    unwatched.close();
    expect(IOException.class, "listInstances() after close()", connection::listInstances);
    expect(IOException.class, "findInstance() after close()", () -> connection.findInstance(id));
    expect(IOException.class, "take() after close()", watch::take);
    expect(IOException.class, "watch() after close()", unwatched::watch);
  }

  @Rule("X-5")
  public final void aClosedWatchLeavesTheConnectionUsable() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    InstanceWatch watch = connection.watch();
    watch.close();
    assertThat(ids(connection.listInstances())).contains(id);
    assertThat(connection.findInstance(id)).isPresent();
    expect(IOException.class, "take() after close() of the watch", watch::take);
  }

  @Rule("T-1")
  public final void listAndFindWorkWhileATakeIsBlocked() throws Exception {
    Queue<String> ids = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 4; i++) {
      ids.add(trial.start());
    }
    RuntimeConnection connection = trial.connect();
    HintReader reader = trial.read(connection.watch());
    reader.settle();
    trial.together(
        4,
        () -> {
          String id = ids.remove();
          for (int i = 0; i < 5; i++) {
            assertThat(ids(connection.listInstances())).contains(id);
            assertThat(connection.findInstance(id).map(Instance::id))
                .as("findInstance(%s), while other threads ask for others", id)
                .contains(id);
          }
        });
    reader.requireNotEnded("lists and finds on other threads");
  }

  @Rule("T-2")
  public final void anInterruptEndsABlockedTake() throws Exception {
    HintReader reader = trial.read(trial.connect().watch());
    reader.settle();
    reader.interrupt();
    Throwable end = reader.expectEnd(trial.times().second(), "an interrupt of its thread");
    assertThat(end).isInstanceOfAny(InterruptedException.class, IOException.class);
    assertThat(end instanceof InterruptedException || reader.interruptKept())
        .as("the interrupt is told, or kept when %s is thrown", end)
        .isTrue();
  }

  @Rule("T-2")
  public final void noCallLosesAnInterrupt() throws Exception {
    String id = trial.start();
    BackendConfig config = trial.config();
    RuntimeConnection one = trial.unguarded(config);
    RuntimeConnection two = trial.unguarded(config);
    RuntimeConnection three = trial.unguarded(config);
    InterruptCheck interrupted = new InterruptCheck(trial);
    interrupted.before("listInstances()", one::listInstances);
    if (BackendProxy.finds(two)) {
      interrupted.before("findInstance()", () -> two.findInstance(id));
    }
    interrupted.before("watch()", three::watch);
    interrupted.before("connect()", () -> trial.unguarded(config));
  }

  @Rule("T-2")
  public final void anInterruptEndsEveryCallThatHangs() throws Exception {
    String id = trial.start();
    BackendConfig config = trial.config();
    RuntimeConnection connection = trial.unguarded(config);
    boolean finds = BackendProxy.finds(connection);
    trial.freeze();
    InterruptCheck interrupted = new InterruptCheck(trial);
    boolean hung = interrupted.during("listInstances()", connection::listInstances);
    hung |= finds && interrupted.during("findInstance()", () -> connection.findInstance(id));
    hung |= interrupted.during("watch()", connection::watch);
    hung |= interrupted.during("connect()", () -> trial.unguarded(config));
    if (!hung) {
      throw new TestAbortedException("no call waits for a frozen runtime");
    }
  }
}
