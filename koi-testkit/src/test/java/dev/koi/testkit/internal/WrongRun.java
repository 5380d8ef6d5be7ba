package dev.koi.testkit.internal;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.InstanceSpec;
import dev.koi.testkit.RuntimeBackendConformance;
import dev.koi.testkit.internal.WrongBackends.Wrong;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * One run of the kit on one wrong backend. Several run at a time. The kit has its usual patience
 * for the rules that the backend follows, and little for those that it breaks.
 */
final class WrongRun {

  /** The run that a thread belongs to; the threads that it starts inherit it. */
  static final InheritableThreadLocal<WrongRun> CURRENT = new InheritableThreadLocal<>();

  private static final AtomicInteger RUNS = new AtomicInteger();

  final Wrong wrong;
  final String world = "kit-world-" + RUNS.incrementAndGet();
  final AtomicInteger fixtures = new AtomicInteger();
  final Map<String, Object> kept = new ConcurrentHashMap<>(); // from one call to the next
  final Queue<AutoCloseable> leaked = new ConcurrentLinkedQueue<>();

  private WrongRun(Wrong wrong) {
    this.wrong = wrong;
  }

  /** What the kit is run on; not found by the build itself. */
  static class Subject extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      WrongRun run = CURRENT.get();
      run.fixtures.incrementAndGet();
      return new InMemoryFixture(run.world) {
        @Override
        public RuntimeBackend backend() {
          return run.wrong.service().get();
        }

        @Override
        public String start(InstanceSpec spec) {
          spec.environment().values().forEach(secret -> run.kept.put("secret", secret));
          return super.start(spec);
        }
      };
    }
  }

  /** Returns the messages of all failures. */
  static List<String> failures(Wrong wrong, Path reports) throws Exception {
    WrongRun run = new WrongRun(wrong);
    CURRENT.set(run);
    try {
      return run.failures(reports);
    } finally {
      CURRENT.remove();
      for (AutoCloseable leak : run.leaked) {
        leak.close();
      }
    }
  }

  private List<String> failures(Path reports) {
    EngineTestKit.Builder kit =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Subject.class))
            .configurationParameter("koi.testkit.quiet", seconds(quiet()))
            .configurationParameter("koi.testkit.report", reports.resolve(world).toString());
    for (String rule : (wrong.rules() + " probe").split(" ", -1)) {
      boolean patient = rule.equals("probe") && !wrong.hangsAtOnce();
      kit.configurationParameter("koi.testkit.patience." + rule, patient ? "10s" : "0.5s");
    }
    return kit.execute().testEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow().getMessage())
        .toList();
  }

  /** More for backends that are wrong for a moment only, which a busy machine must not miss. */
  Duration quiet() {
    return Duration.ofMillis(wrong.what().matches(".*(a little later|lock of a list)") ? 400 : 20);
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1000.0 + "s";
  }
}
