package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.rules.HintReader;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * A first walk through all the methods. If it fails, nothing else can be verified, and one defect
 * is reported instead of fifty.
 */
final class Probe {

  private final Class<?> type;
  private String name = "unknown";
  private RuntimeInfo runtime = new RuntimeInfo("unknown", "", "", "unknown");
  private String step = "S-2"; // the rule that the walk is at, null at its end
  private AssertionError defect; // null if there is none

  private Probe(Class<?> type) {
    this.type = type;
  }

  static Probe of(Trial trial) throws InterruptedException {
    Probe probe = new Probe(BackendProxy.behind(RuntimeBackend.class, trial.backend()).getClass());
    try {
      probe.walk(trial);
    } catch (TestAbortedException | InterruptedException e) {
      throw e;
    } catch (AssertionError e) {
      probe.defect = e;
    } catch (Throwable e) {
      probe.defect = new AssertionError(e.toString(), e);
    }
    return probe;
  }

  private void walk(Trial trial) throws Exception {
    name = trial.backend().name();
    step = "C-1";
    RuntimeConnection connection = trial.connect();
    runtime = connection.runtime();
    step = "L-1";
    String id = trial.start();
    List<Instance> list = connection.listInstances();
    step = "L-4";
    assertThat(list).doesNotContainNull();
    step = "L-1";
    requireFullId(id, list);
    assertThat(Trial.ids(list)).as("ids, where start() returned %s", id).contains(id);
    step = "F-1";
    assertThat(connection.findInstance(id)).as("findInstance(%s)", id).isPresent();
    step = "W-1";
    InstanceWatch watch = connection.watch();
    step = "W-4";
    HintReader reader = trial.read(watch);
    trial.start();
    reader.await(trial.times().quiet(), () -> reader.count() > 0 || reader.ended());
    reader.requireNotEnded("an instance had been started");
    step = "X-1";
    watch.close();
    connection.close();
  }

  private static void requireFullId(String id, List<Instance> list) {
    for (Instance instance : list) {
      if (!instance.id().equals(id) && instance.id().startsWith(id)) {
        String message =
            "the fixture's start() returned \"%s\", a part of the id \"%s\" that is listed; it must"
                + " return the runtime's full id";
        throw new FixtureFault("start", message.formatted(id, instance.id()), null);
      }
    }
  }

  /** Fails with the defect if it is that rule's, and aborts if it is another's. */
  void requireNoDefectBut(String rule) {
    if (defect == null) {
      return;
    }
    if (rule.equals(step) || defect instanceof FixtureFault) {
      throw defect;
    }
    throw new TestAbortedException("nothing else can be verified before " + step + " is followed");
  }

  Class<?> type() {
    return type;
  }

  String name() {
    return name;
  }

  RuntimeInfo runtime() {
    return runtime;
  }
}
