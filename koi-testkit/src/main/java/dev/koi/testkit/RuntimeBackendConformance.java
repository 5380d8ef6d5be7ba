package dev.koi.testkit;

import static dev.koi.testkit.Trial.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.opentest4j.TestAbortedException;

/**
 * The conformance kit: checks a backend against every rule of {@code spec.md}. A backend's author
 * extends it and says, by a {@link BackendFixture}, how to start and stop something; each test is a
 * claim about the backend, and names its rule when it fails.
 *
 * <p>What the fixture declares its runtime cannot do is reported as aborted, never as passed. If
 * the backend cannot even connect, list and watch, that one defect is reported and every other
 * claim is aborted. The outcome, rule by rule, is written to {@code target/koi-conformance/}.
 *
 * <p>Configuration parameters of JUnit, or system properties: {@code koi.testkit.patience} (10s) is
 * how long to wait for what must happen, {@code koi.testkit.quiet} (0.5s) for what must not, {@code
 * koi.testkit.report} the directory of the report.
 *
 * <p>No test can show that a watch holds bounded memory (W-5) or that no message ever holds a
 * secret (D-3); the kit checks the rest of these rules.
 */
@Isolated("counts the threads and descriptors of the whole process")
@ExtendWith(ConformanceExtension.class)
public abstract class RuntimeBackendConformance {

  private static final int MANY = 100;

  /** Set by the extension for each claim. */
  Trial trial;

  /**
   * Returns the runtime to check the backend against; called for every claim.
   *
   * @throws Exception if the runtime cannot be had, which fails the claim
   */
  protected abstract BackendFixture fixture() throws Exception;

  // S: the service

  @Rule("S-1")
  public final void theServiceIsFoundOnTheClassPath() {
    Class<?> type = Guard.behind(RuntimeBackend.class, trial.backend()).getClass();
    List<String> problems = new ArrayList<>();
    Iterator<ServiceLoader.Provider<RuntimeBackend>> services =
        ServiceLoader.load(RuntimeBackend.class, type.getClassLoader()).stream().iterator();
    while (true) {
      try {
        if (!services.hasNext()) {
          break;
        }
        ServiceLoader.Provider<RuntimeBackend> service = services.next();
        if (service.type() == type) {
          service.get();
          return;
        }
      } catch (ServiceConfigurationError e) { // its own, or that of some other jar
        problems.add(e.getMessage() + ", " + e.getCause());
      }
    }
    throw new AssertionError(
        "ServiceLoader finds no %s; met on the way: %s".formatted(type.getName(), problems));
  }

  @Rule("S-2")
  public final void theNameIsConstantAndWellFormed() {
    String name = trial.backend().name();
    assertThat(name).as("name()").matches("[a-z][a-z0-9-]{0,31}").isNotIn("auto", "all");
    assertThat(Stream.generate(trial.backend()::name).limit(5))
        .as("name(), asked again")
        .containsOnly(name);
  }

  @Rule("S-3")
  public final void connectionsAreIndependent() throws Exception {
    RuntimeConnection one = trial.connect("kit-one");
    RuntimeConnection two = trial.connect("kit-two");
    assertThat(Guard.behind(RuntimeConnection.class, one))
        .as("connections of two connects")
        .isNotSameAs(Guard.behind(RuntimeConnection.class, two));
    HintReader first = trial.read(one.watch());
    HintReader second = trial.read(two.watch());
    int firstMark = first.settle();
    int mark = second.settle();
    String id = trial.start();
    first.expectHint(id, firstMark, "was started while two connections watched");
    second.expectHint(id, mark, "was started while two connections watched");
    expectBackend(one, "kit-one");
    expectBackend(two, "kit-two");
    one.close();
    mark = second.settle();
    second.expectHint(trial.start(), mark, "was started when another connection had been closed");
    assertThat(ids(two.listInstances())).contains(id);
  }

  // C: connect

  @Rule("C-1")
  public final void aConnectionTellsWhoAnswered() throws Exception {
    RuntimeInfo runtime = trial.connect().runtime();
    assertThat(runtime.product()).as("product").isNotBlank();
    assertThat(runtime.endpoint()).as("endpoint").isNotBlank();
  }

  @Rule("C-2")
  public final void absenceIsUnavailableAndNamesEachPlace() throws Exception {
    FailingConfig absent = trial.fixture().absent();
    assertThat(trial.refusal(absent))
        .as("thrown where nothing is")
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContainingAll(absent.named().toArray(String[]::new));
  }

  @Rule("C-3")
  public final void aRefusalIsNotUnavailable() throws Exception {
    FailingConfig refusing = trial.fixture().refusing();
    assertThat(trial.refusal(refusing))
        .as("thrown where something refuses")
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageContainingAll(refusing.named().toArray(String[]::new));
  }

  @Rule("C-4")
  public final void anInvalidConfigurationIsNamedByItsFullKey() throws Exception {
    FailingConfig invalid = trial.fixture().invalid();
    assertThat(trial.refusal(invalid))
        .as("thrown for an invalid configuration")
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            invalid.named().stream().map(invalid.config()::fullKey).toArray(String[]::new));
  }

  @Rule("C-4")
  public final void anInvalidConfigurationIsFoundBeforeConnecting() throws Exception {
    FailingConfig invalid = trial.fixture().invalid();
    trial.lose();
    assertThat(trial.refusal(invalid))
        .as("thrown for an invalid configuration while the runtime was lost")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Rule("C-5")
  public final void aFailedConnectLeavesNoThread() throws Exception {
    Footprint.requireSteady(Footprint::threads, trial.timing(), this::failToConnect);
  }

  @Rule("C-5")
  public final void aFailedConnectLeavesNoDescriptor() throws Exception {
    Footprint.requireSteady(Footprint::descriptors, trial.timing(), this::failToConnect);
  }

  private void failToConnect() throws Exception {
    int gaps = 0;
    for (Callable<FailingConfig> failing :
        List.<Callable<FailingConfig>>of(
            trial.fixture()::absent, trial.fixture()::refusing, trial.fixture()::invalid)) {
      try {
        BackendConfig config = failing.call().config();
        Trial.quietly(() -> trial.backend().connect(config).close());
      } catch (TestAbortedException gap) {
        if (++gaps == 3) {
          throw gap;
        }
      }
    }
  }

  // L: list

  @Rule("L-1")
  public final void theListHoldsWhatIsPresentAndNothingElse() throws Exception {
    String first = trial.start();
    String ended = trial.start();
    String second = trial.start();
    trial.stop(ended);
    List<Instance> list = trial.connect().listInstances();
    assertThat(list).as("states").allMatch(instance -> instance.state().present(), "present");
    assertThat(ids(list)).as("ids of a list").contains(first, second).doesNotContain(ended);
    if (!trial.fixture().shared()) {
      assertThat(ids(list)).as("ids of a list").containsExactlyInAnyOrder(first, second);
    }
  }

  @Rule("L-1")
  public final void aPausedInstanceIsPresent() throws Exception {
    String id = trial.start();
    trial.fixture().pause(id);
    assertThat(ids(trial.connect().listInstances())).as("ids with a paused one").contains(id);
  }

  @Rule("L-2")
  public final void aListShowsEveryChangeBeforeIt() throws Exception {
    RuntimeConnection connection = trial.connect();
    trial.repeat(
        2,
        MANY,
        () -> {
          String id = trial.start();
          assertThat(ids(connection.listInstances())).as("after a start").contains(id);
          trial.stop(id);
          assertThat(ids(connection.listInstances())).as("after a stop").doesNotContain(id);
        });
  }

  @Rule("L-3")
  public final void aLostRuntimeHasNoList() throws Exception {
    trial.start();
    RuntimeConnection connection = trial.connect();
    trial.lose();
    expect(IOException.class, "listInstances() after the loss", connection::listInstances);
  }

  @Rule("L-4")
  public final void theListIsAnUnmodifiableSnapshot() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    List<Instance> list = connection.listInstances();
    assertThat(list).as("a list").doesNotContainNull();
    assertThat(list.stream().map(Instance::id)).as("ids of a list").doesNotHaveDuplicates();
    Instance any = list.get(0);
    for (Action change :
        List.<Action>of(() -> list.add(any), () -> list.set(0, any), () -> list.remove(0))) {
      expect(
          UnsupportedOperationException.class,
          "a change of a " + list.getClass().getName(),
          change);
    }
    trial.stop(id);
    connection.listInstances();
    assertThat(ids(list)).as("a list taken before a stop").contains(id);
  }

  // F: find

  @Rule("F-1")
  public final void findShowsWhatTheListShows() throws Exception {
    String elaborate = trial.start(trial.elaborate());
    String plain = trial.start();
    RuntimeConnection connection = trial.connect();
    List<Instance> list = connection.listInstances();
    for (String id : List.of(elaborate, plain)) {
      Instance listed = list.stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
      Instance found = connection.findInstance(id).orElseThrow();
      assertThat(found.changedFields(listed)).as("fields of %s that differ", id).isEmpty();
      assertThat(found).isEqualTo(listed);
    }
  }

  @Rule("F-2")
  public final void findIsEmptyForWhatIsNotThere() throws Exception {
    String ended = trial.start();
    RuntimeConnection connection = trial.connect();
    trial.stop(ended);
    for (String id :
        List.of(
            ended, "unknown", "f".repeat(300), "", " ", "../..", "a/b?c=d#e", "a\r\nb", "%00")) {
      assertThat(connection.findInstance(id)).as("findInstance(\"%s\")", id).isEmpty();
    }
  }

  @Rule("F-2")
  public final void findKnowsAnInstanceByItsFullIdOnly() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    String name = connection.findInstance(id).orElseThrow().containerName();
    for (String other : List.of(name, id.substring(0, id.length() - 1), id + "0")) {
      if (!other.equals(id)) {
        assertThat(connection.findInstance(other)).as("findInstance(\"%s\")", other).isEmpty();
      }
    }
  }

  @Rule("F-2")
  public final void findIsNotEmptyBecauseTheRuntimeIsLost() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    trial.lose();
    expect(IOException.class, "findInstance() after the loss", () -> connection.findInstance(id));
  }

  // W: watch

  @Rule("W-1")
  public final void aWatchIsLiveOnReturn() throws Exception {
    trial.repeat(2, MANY, this::changeRightAfterWatch);
  }

  @Rule("W-1")
  public final void watchesOpenedTogetherAreLiveOnReturn() throws Exception {
    trial.repeat(2, MANY / 4, () -> trial.together(4, this::changeRightAfterWatch));
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
    expectHint(trial.start(), "was renamed", id -> trial.fixture().rename(id, trial.name()));
  }

  @Rule("W-2")
  public final void aRestartGivesAHint() throws Exception {
    expectHint(trial.start(), "was restarted", trial.fixture()::restart);
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
    reader.expectHint(id, mark, what);
    connection.close();
  }

  @Rule("W-3")
  public final void whatAHintIsAboutCanBeSeen() throws Exception {
    RuntimeConnection connection = trial.connect();
    Looks looks = new Looks(connection);
    HintReader reader = trial.read(connection.watch(), looks);
    trial.repeat(
        2,
        MANY,
        () -> {
          int mark = reader.count();
          String id = trial.start();
          looks.expect("present", id, reader, trial.timing(), mark);
          mark = reader.count();
          trial.stop(id);
          looks.expect("gone", id, reader, trial.timing(), mark);
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
    trial.beQuiet();
    reader.requireNotEnded("nothing had happened");
    assertThat(reader.count() - before)
        .as("hints while nothing changed, where a timer may tick but a loop may not spin")
        .isLessThanOrEqualTo(3);
  }

  @Rule("W-5")
  public final void aSlowReaderLosesNothing() throws Exception {
    InstanceWatch watch = trial.connect().watch();
    List<String> changed = new ArrayList<>();
    trial.repeat(
        10,
        50 * MANY,
        () -> {
          changed.add(trial.start());
          trial.stop(changed.get(changed.size() - 1));
        });
    HintReader reader = trial.read(watch);
    for (String id : changed) {
      reader.expectHint(
          id, 0, "was one of %d that changed before the first take()".formatted(changed.size()));
    }
  }

  @Rule("W-6")
  public final void aLossEndsTakeForGood() throws Exception {
    InstanceWatch watch = trial.connect().watch();
    HintReader reader = trial.read(watch);
    reader.settle();
    trial.lose();
    assertThat(reader.expectEnd(trial.timing().patience(), "the loss of the runtime"))
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
        trial.timing().patience(), () -> reader.ended() || reader.heardEverything(mark))) {
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

  // X: close

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
      RuntimeConnection unguarded = Guard.behind(RuntimeConnection.class, connection);
      Guard.thread("list", () -> Trial.quietly(unguarded::listInstances));
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
    assertThat(reader.expectEnd(trial.timing().second(), "close() of the " + what))
        .as("the end of a blocked take() after close() of the %s", what)
        .isInstanceOf(IOException.class);
  }

  @Rule("X-3")
  public final void closeLeavesNoThread() throws Exception {
    Footprint.requireSteady(Footprint::threads, trial.timing(), this::useAndClose);
  }

  @Rule("X-3")
  public final void closeLeavesNoDescriptor() throws Exception {
    Footprint.requireSteady(Footprint::descriptors, trial.timing(), this::useAndClose);
  }

  private void useAndClose() throws Exception {
    RuntimeConnection unread = trial.connect();
    unread.watch();
    unread.close();
    RuntimeConnection connection = trial.connect();
    connection.listInstances();
    HintReader reader = trial.read(connection.watch());
    trial.stop(trial.start());
    reader.await(trial.timing().quiet(), () -> reader.count() > 0); // it is in take now
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

  // T: threads

  @Rule("T-1")
  public final void listAndFindWorkWhileATakeIsBlocked() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    HintReader reader = trial.read(connection.watch());
    reader.settle();
    trial.together(
        4,
        () -> {
          for (int i = 0; i < 5; i++) {
            assertThat(ids(connection.listInstances())).contains(id);
            assertThat(connection.findInstance(id)).isPresent();
          }
        });
    reader.requireNotEnded("lists and finds on other threads");
  }

  @Rule("T-2")
  public final void anInterruptEndsABlockedTake() throws Exception {
    HintReader reader = trial.read(trial.connect().watch());
    reader.settle();
    reader.interrupt();
    Throwable end = reader.expectEnd(trial.timing().second(), "an interrupt of its thread");
    assertThat(end).isInstanceOfAny(InterruptedException.class, IOException.class);
    assertThat(end instanceof InterruptedException || reader.interruptKept())
        .as("the interrupt is told, or kept when %s is thrown", end)
        .isTrue();
  }

  @Rule("T-2")
  public final void noCallLosesAnInterrupt() throws Exception {
    String id = trial.start();
    Timing timing = trial.timing();
    BackendConfig config = trial.config();
    RuntimeConnection one = trial.unguarded(config);
    RuntimeConnection two = trial.unguarded(config);
    RuntimeConnection three = trial.unguarded(config);
    Interrupted.before("listInstances()", timing, one::listInstances);
    Interrupted.before("findInstance()", timing, () -> two.findInstance(id));
    Interrupted.before("watch()", timing, three::watch);
    Interrupted.before("connect()", timing, () -> trial.unguarded(config));
  }

  @Rule("T-2")
  public final void anInterruptEndsEveryCallThatHangs() throws Exception {
    String id = trial.start();
    Timing timing = trial.timing();
    BackendConfig config = trial.config();
    RuntimeConnection connection = trial.unguarded(config);
    trial.freeze();
    boolean hung = Interrupted.during("listInstances()", timing, connection::listInstances);
    hung |= Interrupted.during("findInstance()", timing, () -> connection.findInstance(id));
    hung |= Interrupted.during("watch()", timing, connection::watch);
    hung |= Interrupted.during("connect()", timing, () -> trial.unguarded(config));
    if (!hung) {
      throw new TestAbortedException("no call waits for a frozen runtime");
    }
  }

  // D: data

  @Rule("D-1")
  public final void anIdOutlivesARestart() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    assertThat(ids(connection.listInstances())).contains(id);
    trial.fixture().restart(id);
    assertThat(ids(connection.listInstances())).as("ids after a restart").contains(id);
  }

  @Rule("D-1")
  public final void anIdOutlivesARename() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    assertThat(ids(connection.listInstances())).contains(id);
    trial.fixture().rename(id, trial.name());
    assertThat(ids(connection.listInstances())).as("ids after a rename").contains(id);
  }

  @Rule("D-2")
  public final void theNameIsTold() throws Exception {
    InstanceSpec spec = trial.elaborate();
    assertThat(startWith("name", spec).containerName())
        .as("containerName()")
        .isEqualTo(spec.name());
  }

  @Rule("D-2")
  public final void aNewNameIsTold() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    connection.listInstances();
    String name = trial.name();
    trial.fixture().rename(id, name);
    assertThat(connection.findInstance(id).orElseThrow().containerName())
        .as("containerName() after a rename")
        .isEqualTo(name);
  }

  @Rule("D-2")
  public final void everyLabelIsTold() throws Exception {
    InstanceSpec spec = trial.elaborate();
    assertThat(startWith("labels", spec).labels())
        .as("labels()")
        .containsAllEntriesOf(spec.labels());
  }

  @Rule("D-2")
  public final void everyPublishedPortIsTold() throws Exception {
    InstanceSpec spec = trial.elaborate();
    assertThat(startWith("ports", spec).ports())
        .as("ports()")
        .containsExactlyInAnyOrderElementsOf(spec.ports());
  }

  @Rule("D-2")
  public final void everyNetworkIsTold() throws Exception {
    InstanceSpec spec = trial.elaborate();
    List<Network> networks = startWith("networks", spec).networks();
    assertThat(networks).extracting(Network::name).as("networks").containsAll(spec.networks());
    for (String network : spec.networks()) {
      assertThat(networks)
          .as("addresses in %s", network)
          .anyMatch(it -> it.name().equals(network) && !it.ips().isEmpty());
    }
    assertThat(networks).flatMap(Network::ips).as("all addresses").doesNotHaveDuplicates();
  }

  @Rule("D-2")
  public final void aPauseIsTold() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    trial.fixture().pause(id);
    assertThat(connection.findInstance(id).orElseThrow().state()).isEqualTo(InstanceState.PAUSED);
    trial.fixture().unpause(id);
    assertThat(connection.findInstance(id).orElseThrow().state()).isEqualTo(InstanceState.RUNNING);
  }

  @Rule("D-3")
  public final void neitherEnvironmentNorCommandLineIsTold() throws Exception {
    InstanceSpec spec = trial.elaborate();
    String id = trial.start(spec);
    if (!spec.asked("environment") && !spec.asked("argument")) {
      throw new TestAbortedException(
          "the fixture's start() asks for neither environment() nor argument()");
    }
    try (Overheard logs = new Overheard()) {
      RuntimeConnection connection = trial.connect();
      connection.watch();
      connection.listInstances();
      Instance told = connection.findInstance(id).orElseThrow();
      assertThat(List.of(told, told.labels(), told.image(), told.networks(), connection.runtime()))
          .noneMatch(it -> it.toString().contains("canary-"));
      assertThat(logs.text()).as("logs and output").doesNotContain("canary-");
    }
  }

  @Rule("D-4")
  public final void anInstanceCarriesTheNameOfItsEntry() throws Exception {
    String id = trial.start();
    for (String entry : List.of("kit-one", "kit-two")) {
      RuntimeConnection connection = trial.connect(entry);
      expectBackend(connection, entry);
      assertThat(connection.findInstance(id).orElseThrow().backend()).isEqualTo(entry);
    }
  }

  @Rule("D-5")
  public final void aRestartBeginsAnotherLife() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    Instance before = connection.findInstance(id).orElseThrow();
    trial.fixture().restart(id);
    Instance after =
        connection
            .findInstance(id)
            .orElseThrow(() -> new TestAbortedException("the id has changed, see D-1"));
    if (before.startedAt().isEmpty() && after.startedAt().isEmpty()) {
      throw new TestAbortedException("startedAt() is never set; does the runtime not know it?");
    }
    assertThat(after.startedAt())
        .as("startedAt() after a restart")
        .isPresent()
        .isNotEqualTo(before.startedAt());
  }

  @Rule("D-6")
  public final void twoLooksAreEqual() throws Exception {
    String id = trial.start(trial.elaborate());
    RuntimeConnection connection = trial.connect();
    RuntimeConnection another = trial.connect();
    Instance first = connection.findInstance(id).orElseThrow();
    trial.beQuiet();
    for (RuntimeConnection second : List.of(connection, another)) {
      Instance look = second.findInstance(id).orElseThrow();
      assertThat(look.changedFields(first)).as("fields that differ in a later look").isEmpty();
      assertThat(look).isEqualTo(first);
    }
  }

  private static void expectBackend(RuntimeConnection connection, String entry) throws Exception {
    assertThat(connection.listInstances())
        .extracting(Instance::backend)
        .as("backend() of what is listed for the entry %s", entry)
        .isSubsetOf(entry);
  }

  /** Starts an instance with everything, and returns how the backend shows it. */
  private Instance startWith(String fact, InstanceSpec spec) throws Exception {
    String id = trial.start(spec);
    if (!spec.asked(fact)) {
      throw new TestAbortedException("the fixture's start() does not ask for " + fact + "()");
    }
    return trial.connect().findInstance(id).orElseThrow();
  }

  private static void expect(Class<? extends Exception> type, String call, Action body)
      throws Exception {
    try {
      body.run();
    } catch (Exception e) {
      assertThat(e).as("thrown by %s", call).isInstanceOf(type);
      return;
    }
    throw new AssertionError(call + " threw no " + type.getSimpleName());
  }
}
