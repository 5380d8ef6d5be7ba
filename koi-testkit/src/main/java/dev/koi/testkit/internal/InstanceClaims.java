package dev.koi.testkit.internal;

import static dev.koi.testkit.internal.Trial.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** The claims about lists, finds and facts: rules L, F and D. */
public abstract class InstanceClaims extends ConnectClaims {

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

  /** Otherwise Koi would never call findInstance, or would end instances by one list alone. */
  @Rule("F-1")
  public final void bothMethodsAboutFindingAreOverriddenOrNeitherIs() throws Exception {
    Class<?> type = BackendProxy.behind(RuntimeConnection.class, trial.connect()).getClass();
    assertThat(isOverridden(type, "findsInstances"))
        .as("%s overrides findsInstances(), which it must if it overrides findInstance", type)
        .isEqualTo(isOverridden(type, "findInstance", String.class));
  }

  private static boolean isOverridden(Class<?> type, String method, Class<?>... parameters)
      throws NoSuchMethodException {
    return type.getMethod(method, parameters).getDeclaringClass() != RuntimeConnection.class;
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
            .orElseThrow(() -> new AssertionError("its id is not found after a restart, see D-1"));
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
}
