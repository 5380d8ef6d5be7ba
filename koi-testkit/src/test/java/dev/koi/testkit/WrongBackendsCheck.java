package dev.koi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.WrongBackends.Wrong;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * The kit catches every wrong backend, by its rule and no other, and says what is wrong. In several
 * classes, for the build to run two at a time.
 */
abstract class WrongBackendsCheck {

  /** What the kit is run on; not found by the build itself. */
  static class Subject extends RuntimeBackendConformance {
    static Supplier<RuntimeBackend> service;

    @Override
    protected BackendFixture fixture() {
      return new InMemoryFixture() {
        @Override
        public RuntimeBackend backend() {
          return service.get();
        }
      };
    }
  }

  @TempDir Path reports;

  @BeforeEach
  void forget() {
    WrongBackends.KEPT.clear();
  }

  @AfterEach
  void straighten() throws Exception {
    BentBackend.bend = RuntimeBackend::connect;
    BentBackend.name = () -> "bent";
    for (AutoCloseable leaked : WrongBackends.LEAKED) {
      leaked.close();
    }
    WrongBackends.LEAKED.clear();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongBackends")
  void isCaught(Wrong wrong) {
    Subject.service = wrong.service();
    BentBackend.bend = wrong.bend();
    BentBackend.name = wrong.name();
    List<String> failures =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Subject.class))
            .configurationParameter("koi.testkit.patience", "0.5s")
            .configurationParameter("koi.testkit.quiet", "0.01s")
            .configurationParameter("koi.testkit.report", reports.toString())
            .execute()
            .testEvents()
            .failed()
            .stream()
            .map(event -> event.getRequiredPayload(TestExecutionResult.class))
            .map(result -> result.getThrowable().orElseThrow().getMessage())
            .toList();
    Set<String> rules = new TreeSet<>();
    failures.forEach(failure -> rules.add(failure.replaceFirst("(?s)^\\[(.+?)].*", "$1")));
    assertThat(String.join(" ", rules)).as("%s", failures).isEqualTo(wrong.rules());
    assertThat(failures)
        .allSatisfy(failure -> assertThat(failure).contains("MUST", "Found: ", "If this fails, "))
        .anySatisfy(failure -> assertThat(failure).contains(wrong.told()));
  }
}
