package dev.koi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** What the kit makes of fixtures, and what it reports. */
class RuntimeBackendConformanceTest {

  @TempDir Path reports;

  /** Four methods, and reasons for what is missing. */
  static class Smallest extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture();
    }
  }

  static class SmallestFixture implements BackendFixture {
    private final InMemoryWorld world = InMemoryWorld.open("smallest");

    @Override
    public RuntimeBackend backend() {
      return new InMemoryBackend();
    }

    @Override
    public BackendConfig config(String entry) {
      return BackendConfig.of(entry, Map.of("world", world.name()));
    }

    @Override
    public String start(InstanceSpec spec) {
      return world.start(spec.name());
    }

    @Override
    public void stop(String id) {
      world.stop(id);
    }

    @Override
    public Map<Capability, String> gaps() {
      Map<Capability, String> gaps = new HashMap<>();
      for (Capability capability : Capability.values()) {
        gaps.put(capability, "a world that has no " + capability);
      }
      return gaps;
    }

    @Override
    public void close() {
      world.close();
    }
  }

  /** Names no gaps, so that what it lacks must be a mistake. */
  static class Forgetful extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture() {
        @Override
        public Map<Capability, String> gaps() {
          return Map.of();
        }
      };
    }
  }

  /** Cannot start anything. */
  static class Broken extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture() {
        @Override
        public String start(InstanceSpec spec) {
          throw new IllegalStateException("no such image");
        }
      };
    }
  }

  @Test
  void aDeclaredGapIsReportedAsNotVerified() throws Exception {
    EngineExecutionResults results = run(Smallest.class);
    assertThat(failures(results)).isEmpty();
    assertThat(results.testEvents().aborted().stream().map(RuntimeBackendConformanceTest::reason))
        .contains(
            "LOSS: a world that has no LOSS", "the fixture's start() does not ask for labels()");
    assertThat(reports.resolve("in-memory.md"))
        .content()
        .contains("| W-6 |", "**not verified**<br>aLossEndsTakeForGood, not verified: LOSS: a w")
        .contains("**passed in part**<br>aPauseAndItsEndGiveHints, not verified: PAUSE: a world")
        .doesNotContain("failed");
    assertThat(reports.resolve("in-memory.json"))
        .content()
        .startsWith("{\"backend\":\"in-memory\",\n\"class\":\"dev.koi.testkit.InMemoryBackend\",")
        .contains("\"id\":\"W-6\",\n\"outcome\":\"not verified\"}")
        .contains("\"product\":\"In-memory world\",");
  }

  @Test
  void aForgottenCapabilityFailsAndSaysWhatToDo() {
    assertThat(failures(run(Forgetful.class)))
        .isNotEmpty()
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .contains("override ", " in the fixture, or name its capability in gaps()"));
  }

  @Test
  void aBrokenFixtureIsNotTheBackendsFault() {
    assertThat(failures(run(Broken.class)))
        .isNotEmpty()
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .contains(
                        "nothing is known of the backend, as the fixture's start() threw"
                            + " java.lang.IllegalStateException: no such image"));
  }

  /** Two fixtures at a time would meet: the world can be opened once. */
  @Test
  void claimsRunOneByOneWhateverTheSettings() {
    EngineExecutionResults results =
        kit(Smallest.class)
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
            .configurationParameter("junit.jupiter.testinstance.lifecycle.default", "per_class")
            .execute();
    assertThat(failures(results)).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isGreaterThan(30);
  }

  @Test
  void theTimesCanBeSet() {
    assertThat(
            failures(
                kit(Smallest.class)
                    .configurationParameter("koi.testkit.patience", "soon")
                    .execute()))
        .isNotEmpty()
        .allSatisfy(failure -> assertThat(failure).contains("koi.testkit.patience", "soon"));
    assertThat(Files.exists(reports.resolve("in-memory.md"))).isFalse();
  }

  private EngineExecutionResults run(Class<?> conformance) {
    return kit(conformance).execute();
  }

  private EngineTestKit.Builder kit(Class<?> conformance) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(conformance))
        .configurationParameter("koi.testkit.patience", "0.5s")
        .configurationParameter("koi.testkit.quiet", "0.01s")
        .configurationParameter("koi.testkit.report", reports.toString());
  }

  private static List<String> failures(EngineExecutionResults results) {
    return results.testEvents().failed().stream()
        .map(RuntimeBackendConformanceTest::reason)
        .toList();
  }

  private static String reason(Event event) {
    return event
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .orElseThrow()
        .getMessage();
  }
}
