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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The claims about the facts of instances: rules D. */
public abstract class FactClaims extends InstanceClaims {

  static final Map<String, String> NEW_LABEL = Map.of("kit.plain", "new");

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
    trial.fixture().rename(id, trial.wanted().name());
    assertThat(ids(connection.listInstances())).as("ids after a rename").contains(id);
  }

  @Rule("D-1")
  public final void namesakesAreTwoInstances() throws Exception {
    String one = trial.start();
    String other = trial.startNamesake(one);
    RuntimeConnection connection = trial.connect();
    assertThat(ids(connection.listInstances()))
        .as("ids of two instances of one name")
        .contains(one, other);
    for (String id : List.of(one, other)) {
      assertThat(connection.findInstance(id).map(Instance::id))
          .as("findInstance(%s), beside another instance of its name", id)
          .contains(id);
    }
    trial.stop(one);
    assertThat(ids(trial.connect().listInstances()))
        .as("ids after the stop of one of two instances of one name")
        .contains(other);
    assertThat(connection.findInstance(other).map(Instance::id))
        .as("findInstance(%s) after the stop of another instance of its name", other)
        .contains(other);
  }

  @Rule("D-2")
  public final void aNewLabelIsTold() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    connection.listInstances();
    trial.fixture().relabel(id, NEW_LABEL);
    assertThat(connection.findInstance(id).orElseThrow().labels())
        .as("labels() after a change of them")
        .containsAllEntriesOf(NEW_LABEL);
  }

  @Rule("D-2")
  public final void aNewAddressIsTold() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    List<Network> before = connection.findInstance(id).orElseThrow().networks();
    trial.fixture().readdress(id);
    assertThat(connection.findInstance(id).orElseThrow().networks())
        .as("networks() after a change of an address")
        .isNotEqualTo(before);
  }

  @Rule("D-2")
  public final void theNameIsTold() throws Exception {
    WantedInstance wanted = trial.wanted().elaborate();
    assertThat(startWith("name", wanted).containerName())
        .as("containerName()")
        .isEqualTo(wanted.name());
  }

  @Rule("D-2")
  public final void aNewNameIsTold() throws Exception {
    String id = trial.start();
    RuntimeConnection connection = trial.connect();
    connection.listInstances();
    String name = trial.wanted().name();
    trial.fixture().rename(id, name);
    assertThat(connection.findInstance(id).orElseThrow().containerName())
        .as("containerName() after a rename")
        .isEqualTo(name);
  }

  @Rule("D-2")
  public final void everyLabelIsTold() throws Exception {
    WantedInstance wanted = trial.wanted().elaborate();
    assertThat(startWith("labels", wanted).labels())
        .as("labels()")
        .containsAllEntriesOf(wanted.labels());
  }

  @Rule("D-2")
  public final void everyPublishedPortIsTold() throws Exception {
    WantedInstance wanted = trial.wanted().elaborate();
    assertThat(startWith("ports", wanted).ports())
        .as("ports()")
        .containsExactlyInAnyOrderElementsOf(wanted.ports());
  }

  @Rule("D-2")
  public final void everyExposedPortIsTold() throws Exception {
    WantedInstance wanted = trial.wanted().elaborate();
    assertThat(startWith("exposedPorts", wanted).exposedPorts())
        .as("exposedPorts()")
        .containsAll(wanted.exposedPorts());
  }

  @Rule("D-2")
  public final void everyNetworkIsTold() throws Exception {
    WantedInstance wanted = trial.wanted().elaborate();
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
    String id = trial.start(trial.wanted().checked());
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
    WantedInstance wanted = trial.wanted().elaborate();
    String id = startWithSecrets(wanted);
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
    WantedInstance wanted = trial.wanted().elaborate();
    String id = startWithSecrets(wanted);
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

  private String startWithSecrets(WantedInstance wanted) throws Exception {
    String id = trial.start(wanted);
    if (!wanted.asked().contains("environment") && !wanted.asked().contains("argument")) {
      throw new TestAbortedException(
          "the fixture's start() asks for neither environment() nor argument()");
    }
    return id;
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
    if (Stream.of(before, after).allMatch(it -> it.startedAt().isEmpty() && it.life().isEmpty())) {
      throw new TestAbortedException(
          "startedAt() and life() are never set; does the runtime not know them?");
    }
    if (before.sameLife(after)) {
      throw new AssertionError(
          "startedAt() after a restart is %s, and life() is %s, both as before"
              .formatted(after.startedAt(), after.life()));
    }
  }

  /** What is computed from an age in whole seconds differs at some moment of a second. */
  @Rule("D-6")
  public final void twoLooksAreEqual() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) { // at different moments of a second
      ids.add(i == 0 ? trial.start(trial.wanted().elaborate()) : trial.start());
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
