package dev.koi.testkit.internal;

import static dev.koi.testkit.internal.Trial.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.rules.HintReader;
import dev.koi.testkit.FailingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The claims about the service and about connect: rules S and C. */
public abstract class ConnectClaims extends Claims {

  @Rule("S-1")
  public final void theServiceIsFoundOnTheClassPath() {
    Class<?> type = BackendProxy.behind(RuntimeBackend.class, trial.backend()).getClass();
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
    assertThat(BackendProxy.behind(RuntimeConnection.class, one))
        .as("connections of two connects")
        .isNotSameAs(BackendProxy.behind(RuntimeConnection.class, two));
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
    LeakCheck.requireNoThread(trial, failures());
  }

  @Rule("C-5")
  public final void aFailedConnectLeavesNoDescriptor() throws Exception {
    LeakCheck.requireNoDescriptor(trial, failures());
  }

  /** Returns what fails to connect in every way that the fixture knows. */
  private Action failures() throws Exception {
    List<BackendConfig> configs = new ArrayList<>();
    TestAbortedException gap = null;
    for (Callable<FailingConfig> failing :
        List.<Callable<FailingConfig>>of(
            trial.fixture()::absent, trial.fixture()::refusing, trial.fixture()::invalid)) {
      try {
        configs.add(failing.call().config());
      } catch (TestAbortedException e) {
        gap = e;
      }
    }
    if (configs.isEmpty()) {
      throw gap;
    }
    return () -> configs.forEach(it -> Trial.quietly(() -> trial.backend().connect(it).close()));
  }
}
