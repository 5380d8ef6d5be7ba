package dev.koi.testkit.internal;

import static dev.koi.testkit.internal.Trial.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.Capability;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The claims about lists and finds: rules L and F. */
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
    String elaborate = trial.start(trial.wanted().elaborate());
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
}
