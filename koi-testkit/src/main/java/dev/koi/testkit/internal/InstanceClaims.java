package dev.koi.testkit.internal;

import static dev.koi.testkit.internal.Trial.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.Capability;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opentest4j.TestAbortedException;

/** The claims about lists, finds and facts: rules L, F and D. */
public abstract class InstanceClaims extends ConnectClaims {

  private static final int LONG_LIST = 1001;

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

  @Rule("L-1")
  public final void anInstanceThatWaitsForItsRestartIsPresent() throws Exception {
    String id = trial.start();
    trial.fixture().crash(id);
    assertThat(ids(trial.connect().listInstances()))
        .as("ids with one that waits for its restart")
        .contains(id);
  }

  /** Some runtimes answer page by page, of 100, 500 or 1,000. */
  @Rule("L-1")
  public final void aLongListIsWhole() throws Exception {
    trial.require(Capability.MANY);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < LONG_LIST; i++) {
      ids.add(trial.start());
    }
    Set<String> missing = new TreeSet<>(ids);
    missing.removeAll(ids(trial.connect().listInstances()));
    assertThat(missing.size())
        .as(
            "instances that are missing from a list of %d, such as %s",
            LONG_LIST, missing.stream().findFirst())
        .isZero();
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

  @Rule("F-1")
  public final void findShowsAnEndThatAnEarlierFindCouldNot() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    assertThat(connection.findInstance(id)).isPresent();
    trial.stop(id);
    assertThat(ids(connection.listInstances())).as("ids after a stop").doesNotContain(id);
    assertThat(connection.findInstance(id))
        .as("findInstance(%s) after a stop, when it was found before", id)
        .isEmpty();
  }

  /** Koi calls findInstance no more once it has thrown, and always if it has not. */
  @Rule("F-1")
  public final void findingIsSupportedForEveryIdOrForNone() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = BackendProxy.behind(RuntimeConnection.class, trial.connect());
    if (BackendProxy.finds(connection)) {
      return; // any UnsupportedOperationException fails the other claims
    }
    trial.note("findInstance is not supported, and Koi lists instead");
    expect(
        UnsupportedOperationException.class,
        "findInstance(\"%s\"), which throws that for the empty id,".formatted(id),
        () ->
            trial
                .calls()
                .within(
                    trial.times().patience(), "findInstance", () -> connection.findInstance(id)));
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
    WantedInstance wanted = trial.elaborate();
    assertThat(startWith("name", wanted).containerName())
        .as("containerName()")
        .isEqualTo(wanted.name());
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
    WantedInstance wanted = trial.elaborate();
    assertThat(startWith("labels", wanted).labels())
        .as("labels()")
        .containsAllEntriesOf(wanted.labels());
  }

  @Rule("D-2")
  public final void everyPublishedPortIsTold() throws Exception {
    WantedInstance wanted = trial.elaborate();
    assertThat(startWith("ports", wanted).ports())
        .as("ports()")
        .containsExactlyInAnyOrderElementsOf(wanted.ports());
  }

  @Rule("D-2")
  public final void everyExposedPortIsTold() throws Exception {
    WantedInstance wanted = trial.elaborate();
    assertThat(startWith("exposedPorts", wanted).exposedPorts())
        .as("exposedPorts()")
        .containsAll(wanted.exposedPorts());
  }

  @Rule("D-2")
  public final void everyNetworkIsTold() throws Exception {
    WantedInstance wanted = trial.elaborate();
    List<Network> networks = startWith("networks", wanted).networks();
    assertThat(networks).extracting(Network::name).as("networks").containsAll(wanted.networks());
    for (String network : wanted.networks()) {
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

  @Rule("D-2")
  public final void aHealthIsTold() throws Exception {
    RuntimeConnection connection = trial.connect();
    String id = trial.start(trial.checked());
    for (Health health : List.of(Health.HEALTHY, Health.UNHEALTHY)) {
      trial.fixture().setHealth(id, health);
      assertThat(connection.findInstance(id).orElseThrow().health())
          .as("health(), where the runtime says %s", health)
          .isEqualTo(health);
    }
    assertThat(connection.findInstance(trial.start()).orElseThrow().health())
        .as("health() of an instance without a health check")
        .isEqualTo(Health.NONE);
  }

  @Rule("D-2")
  public final void aWaitForARestartIsTold() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    trial.fixture().crash(id);
    assertThat(connection.findInstance(id).orElseThrow().state())
        .as("state() while the instance waits for its restart")
        .isEqualTo(InstanceState.RESTARTING);
  }

  @Rule("D-3")
  public final void neitherEnvironmentNorCommandLineIsTold() throws Exception {
    WantedInstance wanted = trial.elaborate();
    String id = trial.start(wanted);
    if (!wanted.asked().contains("environment") && !wanted.asked().contains("argument")) {
      throw new TestAbortedException(
          "the fixture's start() asks for neither environment() nor argument()");
    }
    List<String> secrets = new ArrayList<>(wanted.environment().values());
    secrets.add(wanted.argument());
    try (CapturedOutput logs = new CapturedOutput()) {
      RuntimeConnection connection = trial.connect();
      connection.watch();
      connection.listInstances();
      Instance told = connection.findInstance(id).orElseThrow();
      assertThat(List.of(told, told.labels(), told.image(), told.networks(), connection.runtime()))
          .noneMatch(it -> secrets.stream().anyMatch(it.toString()::contains), "has no secret");
      assertThat(logs.text()).as("logs and output").doesNotContain(secrets);
    }
    trial.partly("no test can show that no message ever holds a secret");
  }

  @Rule("D-3")
  public final void noFailureTellsASecret() throws Exception {
    WantedInstance wanted = trial.elaborate();
    String id = trial.start(wanted);
    if (!wanted.asked().contains("environment") && !wanted.asked().contains("argument")) {
      throw new TestAbortedException(
          "the fixture's start() asks for neither environment() nor argument()");
    }
    RuntimeConnection connection = trial.connect();
    RuntimeConnection unwatched = trial.connect();
    assertThat(ids(connection.listInstances())).contains(id); // it has read the secrets, if it does
    InstanceWatch watch = connection.watch();
    BackendConfig config = trial.config();
    trial.lose();
    for (Action call :
        List.<Action>of(
            connection::listInstances,
            () -> connection.findInstance(id),
            watch::take,
            unwatched::watch,
            () -> trial.backend().connect(config).close())) {
      requireNoSecret(wanted, call);
    }
  }

  private static void requireNoSecret(WantedInstance wanted, Action call) {
    try {
      call.run();
    } catch (Exception | AssertionError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true)); // causes and suppressed ones, too
      String secret = wanted.environment().values().iterator().next();
      for (String each : List.of(secret, wanted.argument())) {
        if (trace.toString().contains(each)) {
          throw new AssertionError(
              "an exception after the loss holds a value of the environment or a word of the"
                  + " command line: "
                  + e);
        }
      }
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
    Thread.sleep(1100); // a clock of whole seconds is sufficient
    trial.fixture().restart(id);
    Instance after =
        connection
            .findInstance(id)
            .orElseThrow(() -> new AssertionError("its id is not found after a restart, see D-1"));
    if (before.startedAt().isEmpty() && after.startedAt().isEmpty()) {
      throw new TestAbortedException("startedAt() is never set; does the runtime not know it?");
    }
    assertThat(after.startedAt())
        .as("startedAt() after a restart")
        .isPresent()
        .isNotEqualTo(before.startedAt());
  }

  /** What is computed from an age in whole seconds differs at some moment of a second. */
  @Rule("D-6")
  public final void twoLooksAreEqual() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) { // at different moments of a second
      ids.add(i == 0 ? trial.start(trial.elaborate()) : trial.start());
      Thread.sleep(300);
    }
    RuntimeConnection connection = trial.connect();
    RuntimeConnection another = trial.connect();
    Map<String, Instance> first = new HashMap<>();
    for (String id : ids) {
      first.put(id, connection.findInstance(id).orElseThrow());
    }
    for (int i = 0; i < 20; i++) {
      Thread.sleep(55);
      for (String id : ids) {
        Instance look = (i % 2 == 0 ? connection : another).findInstance(id).orElseThrow();
        assertThat(look.changedFields(first.get(id)))
            .as("fields of %s that differ in a later look, though nothing touched it", id)
            .isEmpty();
        assertThat(look).isEqualTo(first.get(id));
      }
    }
  }
}
