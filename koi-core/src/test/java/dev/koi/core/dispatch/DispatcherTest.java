package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a listener hears that is busy with an event while others come. */
class DispatcherTest {

  private final Dispatcher dispatcher = new Dispatcher();
  private final Grammar listener = new Grammar();
  private final Semaphore leave = new Semaphore(0);
  private final Instance busy = Instance.builder("b", "busy", "busy").build();
  private final Instance web = Instance.builder("b", "web", "web").build();
  private final Instance paused =
      Instance.builder("b", "web", "web").state(InstanceState.PAUSED).build();

  @BeforeEach
  void subscribe() {
    dispatcher.add(
        Options.NONE,
        event -> {
          listener.accept(event);
          leave.acquireUninterruptibly();
        },
        List.of(),
        Map.of());
  }

  @AfterEach
  void end() {
    leave.release(1_000_000);
    dispatcher.close(Duration.ofSeconds(5));
    listener.verify();
  }

  @Test
  void aChangeThatIsUndoneBeforeItIsToldIsNotTold() {
    dispatcher.present(web);
    listener.awaitTold("Started web");
    dispatcher.present(paused);
    dispatcher.present(web);
    dispatcher.present(busy);
    leave.release();

    listener.awaitTold("Started web", "Started busy");
  }

  @Test
  void oneThatIsFarBehindComesToKnowEverything() {
    dispatcher.present(busy);
    listener.awaitTold("Started busy");
    List<Instance> all = new ArrayList<>(List.of(busy));
    for (int i = 0; i < 5_000; i++) {
      Instance instance = Instance.builder("b", "id-" + i, "name-" + i).build();
      all.add(instance);
      dispatcher.present(instance);
    }
    leave.release(1_000_000);

    await().until(() -> listener.events().size() == all.size());
    assertThat(listener.history().differencesFrom(all)).isEmpty();
  }

  @Test
  void whatASecondOutageChangedIsToldBeforeReconnectedToo() {
    dispatcher.present(web);
    dispatcher.connection("b", new Target.Down("lost"));
    leave.release();
    listener.awaitTold("Started web", "BackendDisconnected");
    dispatcher.connection("b", new Target.Up());
    dispatcher.connection("b", new Target.Down("lost again"));
    dispatcher.absent("b", "web");
    dispatcher.connection("b", new Target.Up());
    leave.release(2);

    listener.awaitTold("Started web", "BackendDisconnected", "Stopped web", "BackendReconnected");
  }

  @Test
  void anOutageThatIsOverBeforeItIsToldIsNotTold() {
    dispatcher.connection("b", new Target.Up());
    dispatcher.present(busy);
    leave.release();
    listener.awaitTold("Started busy");
    dispatcher.connection("b", new Target.Down("lost"));
    dispatcher.connection("b", new Target.Up());
    dispatcher.present(web);
    leave.release();

    listener.awaitTold("Started busy", "Started web");
  }

  @Test
  void syncedComesAfterWhatItIsAboutAndBeforeWhatIsNewer() {
    Instance later = Instance.builder("b", "later", "later").build();
    dispatcher.present(busy);
    listener.awaitTold("Started busy");
    dispatcher.present(web);
    dispatcher.connection("b", new Target.Up());
    dispatcher.present(later);
    dispatcher.present(paused); // merges into what waits
    leave.release(1_000_000);

    listener.awaitTold("Started busy", "Started web", "Started later");
    assertThat(listener.all())
        .extracting(Grammar::text)
        .containsExactly("Started busy", "Started web", "BackendSynced", "Started later");
    assertThat(listener.present()).contains(paused);
  }

  @Test
  void anInterruptLeftBehindDoesNotKeepTheNextEventAway() {
    Grammar another = new Grammar();
    dispatcher.add(
        Options.NONE,
        event -> {
          another.accept(event);
          Thread.currentThread().interrupt();
        },
        List.of(),
        Map.of());
    dispatcher.present(busy);
    await().until(() -> another.events().size() == 1);
    awaitIdle(1);
    dispatcher.present(web);

    await().until(() -> another.events().size() == 2);
  }

  @Test
  void anInterruptLeftBehindIsNotTheNextCallsAffair() {
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    Semaphore two = new Semaphore(0);
    dispatcher.add(
        Options.NONE,
        event -> {
          two.acquireUninterruptibly();
          interrupted.add(Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt();
        },
        List.of(busy, web),
        Map.of());
    two.release(2);

    await().until(() -> interrupted.size() == 2);
    assertThat(interrupted).containsExactly(false, false);
  }

  @Test
  void aFailureThatCannotEvenBeLoggedDoesNotKeepTheNextEventAway() {
    Grammar another = new Grammar();
    dispatcher.add(
        Options.NONE,
        event -> {
          another.accept(event);
          throw new UnreadableException();
        },
        List.of(busy, web),
        Map.of());

    await().until(() -> another.events().size() == 2);
    await().until(() -> dispatcher.status().get(1).failures() == 2);
  }

  @Test
  void aListenerThatAlwaysFailsIsLoggedOnceAndCounted() {
    List<LogRecord> log = new CopyOnWriteArrayList<>();
    Handler handler = new LogOf(log);
    Logger logger = Logger.getLogger(Mailbox.class.getName());
    logger.addHandler(handler);
    dispatcher.add(
        Options.NONE,
        event -> {
          throw new IllegalStateException("a listener's own affair");
        },
        IntStream.range(0, 100).mapToObj(i -> Instance.builder("b", "i" + i, "n").build()).toList(),
        Map.of());

    await().until(() -> dispatcher.status().get(1).failures() == 100);
    logger.removeHandler(handler);
    assertThat(log).hasSize(1);
  }

  /** Breaks whoever asks what it says. */
  private static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new StackOverflowError("no message");
    }
  }

  private void awaitIdle(int which) {
    await().until(() -> dispatcher.status().get(which).busy().isZero());
  }
}
