package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.Capability;
import dev.koi.testkit.InstanceSpec;
import dev.koi.testkit.RuntimeBackendConformance;
import dev.koi.testkit.memory.InMemoryBackend;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.opentest4j.TestAbortedException;

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
    final InMemoryWorld world = InMemoryWorld.open("smallest");

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

  /** Works in an engine whose version is meant to be read as part of the report. */
  static class Forged extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture() {
        @Override
        public Map<Capability, String> gaps() {
          Map<Capability, String> gaps = new HashMap<>(super.gaps());
          gaps.put(Capability.LOSS, "a | b\n| X-9 | forged \ud800");
          return gaps;
        }
      };
    }
  }

  /** Has a runtime in this process, which starts a thread for each instance and keeps it. */
  static class InProcess extends RuntimeBackendConformance {
    static final ExecutorService RUNTIME = Executors.newSingleThreadExecutor();
    static final CountDownLatch END = new CountDownLatch(1);

    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture() {
        @Override
        public String start(InstanceSpec spec) {
          RUNTIME.execute(() -> new Thread(InProcess::run, "of the runtime").start());
          return super.start(spec);
        }
      };
    }

    static void run() {
      try {
        END.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Has no runtime here. */
  static class Absent extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      throw new TestAbortedException("no runtime here");
    }
  }

  @Test
  void aDeclaredGapIsReportedAsNotVerified() throws Exception {
    EngineExecutionResults results = run(Smallest.class);
    assertThat(failures(results)).isEmpty();
    assertThat(results.testEvents().aborted().stream().map(RuntimeBackendConformanceTest::reason))
        .contains(
            "LOSS: a world that has no LOSS", "the fixture's start() does not ask for labels()");
    assertThat(report(Smallest.class, "md"))
        .content()
        .contains(
            "| W-6 |",
            "**not verified**<br>aLossBehindUnreadHintsEndsTake, not verified: LOSS: a w")
        .contains("**passed in part**<br>aChangeOfHealthGivesAHint, not verified: HEALTH: a world")
        .doesNotContain("failed");
    assertThat(report(Smallest.class, "json"))
        .content()
        .contains("\"backend\":\"in-memory\"", "\"product\":\"In-memory world\"")
        .contains("\"id\":\"W-6\",\n\"outcome\":\"not verified\"}");
  }

  @Test
  void aForgottenCapabilityFailsOnceAndSaysWhatToDo() {
    assertThat(failures(run(Forgetful.class)))
        .singleElement()
        .asString()
        .contains("This says nothing about the backend: the fixture is unfinished")
        .contains("override loseRuntime(), or name LOSS in gaps()")
        .contains("override invalid(), or name INVALID_CONFIG in gaps()");
  }

  @Test
  void aBrokenFixtureIsBlamedOnce() {
    assertThat(failures(run(Broken.class)))
        .singleElement()
        .asString()
        .contains("This says nothing about the backend: the fixture's start() threw")
        .contains("java.lang.IllegalStateException: no such image");
    assertThat(report(Broken.class, "md")).content().contains("**fixture failed**<br>");
  }

  @Test
  void anAbsentRuntimeLeavesNoOldReportAndFailsTheBuildThatRequiresOne() throws Exception {
    Files.writeString(report(Absent.class, "md"), "31 passed");
    assertThat(failures(run(Absent.class))).isEmpty();
    assertThat(report(Absent.class, "md"))
        .content()
        .contains("no runtime here")
        .doesNotContain("passed");
    EngineExecutionResults required =
        kit(Absent.class).configurationParameter("koi.testkit.verified", "1").execute();
    assertThat(required.containerEvents().failed().stream().map(event -> reason(event)))
        .singleElement()
        .asString()
        .contains("koi.testkit.verified is 1, but ", "not verified: all rules; no runtime here");
  }

  /** Has labels of letters and digits only, and cannot do what one claim asks for. */
  static class Narrow extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture() {
        @Override
        public String start(InstanceSpec spec) {
          Map<String, String> labels = spec.labels();
          return world.start(spec.name(), facts -> facts.labels(labels));
        }

        @Override
        public boolean canHaveLabel(String key, String value) {
          return value.matches("[a-z]+");
        }

        @Override
        public Map<String, String> impossible() {
          return Map.of("aStopGivesAHint", "nothing ever stops");
        }
      };
    }
  }

  @Test
  void aFixtureNarrowsLabelsAndExcludesSingleClaims() {
    assertThat(failures(runClaims(Narrow.class, "everyLabelIsTold", "aStopGivesAHint"))).isEmpty();
    assertThat(report(Narrow.class, "md"))
        .content()
        .contains(
            "everyLabelIsTold, passed in part: this runtime cannot have the labels \\[Kit/Odd")
        .contains("aStopGivesAHint, not verified: nothing ever stops");
  }

  /** Has a backend that lists because the runtime does not report new names. */
  static class Lister extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture() {
        @Override
        public RuntimeBackend backend() {
          return new RuntimeBackend() {
            @Override
            public String name() {
              return "lister";
            }

            @Override
            public RuntimeConnection connect(BackendConfig config)
                throws IOException, InterruptedException {
              return new BentConnection(new InMemoryBackend().connect(config)) {
                @Override
                public Optional<Duration> listInterval() {
                  return Optional.of(Duration.ofSeconds(3));
                }
              };
            }
          };
        }

        @Override
        public void rename(String id, String name) {} // reported by nobody

        @Override
        public Map<Capability, String> gaps() {
          Map<Capability, String> gaps = new HashMap<>(super.gaps());
          gaps.remove(Capability.RENAME);
          return gaps;
        }
      };
    }
  }

  @Test
  void aChangeWithoutAHintPassesInPartWhereTheBackendSaysThatKoiHasToList() {
    assertThat(failures(runClaims(Lister.class, "aRenameGivesAHint"))).isEmpty();
    assertThat(report(Lister.class, "md"))
        .content()
        .contains("passed in part: no hint came for an instance that was renamed; Koi lists every");
  }

  /** Returns only the beginning of an id. */
  static class ShortIds extends RuntimeBackendConformance {
    @Override
    protected BackendFixture fixture() {
      return new SmallestFixture() {
        @Override
        public String start(InstanceSpec spec) {
          String id = super.start(spec);
          return id.substring(0, id.length() - 2);
        }
      };
    }
  }

  @Test
  void anIncompleteIdIsTheFixturesFault() {
    assertThat(failures(runClaims(ShortIds.class, "aStopGivesAHint", "aStartGivesAHint")))
        .singleElement()
        .asString()
        .contains("This says nothing about the backend: the fixture's start() returned")
        .contains("it must return the runtime's full id");
  }

  @Test
  void theEndOfTheRunNamesWhatIsNotVerified() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    EngineExecutionResults results;
    try {
      results =
          only(Smallest.class, "aStartGivesAHint", "aConnectionTellsWhoAnswered")
              .configurationParameter("koi.testkit.certified", "true")
              .execute();
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("Smallest is not certified: 33 not run, 1 passed, 1 passed in part")
        .contains("  not run: S-1 S-2 S-3 C-2", "  passed in part: W-2", "  report: " + reports);
    assertThat(results.containerEvents().failed().stream().map(event -> reason(event)))
        .singleElement()
        .asString()
        .contains("koi.testkit.certified is true, but ", "is not certified");
  }

  @Test
  void theReportSaysWhatWasTested() {
    runClaims(Smallest.class, "aConnectionTellsWhoAnswered");
    assertThat(report(Smallest.class, "md"))
        .content()
        .containsPattern(
            "- version: classes in /.*/koi-testkit/target/classes, SHA-256 [0-9a-f]{64}");
  }

  @Test
  void theThreadsOfARuntimeInThisProcessAreNotTheBackends() {
    EngineExecutionResults results;
    try {
      results = runClaims(InProcess.class, "closeLeavesNoThread");
    } finally {
      InProcess.END.countDown();
      InProcess.RUNTIME.shutdown();
    }
    assertThat(failures(results)).isEmpty();
    assertThat(report(InProcess.class, "md"))
        .content()
        .contains("closeLeavesNoThread, passed: not counted, as nothing shows that the backend")
        .contains("thread \"of the runtime\"");
  }

  @Test
  void aClaimThatTheBuildLeavesOutHasNotPassed() {
    runClaims(Smallest.class, "aStartGivesAHint");
    assertThat(report(Smallest.class, "md"))
        .content()
        .contains("**not run**<br>aWatchIsLiveOnReturn, not run")
        .contains("**passed in part**<br>aChangeOfHealthGivesAHint, not run");
  }

  @Test
  void noTextOfOthersForgesAReport() throws Exception {
    runClaims(Forged.class, "aLossBehindUnreadHintsEndsTake");
    String page = Files.readString(report(Forged.class, "md"));
    assertThat(page).contains("LOSS: a \\| b \\| X-9 \\| forged ?");
    assertThat(page.lines().filter(line -> line.startsWith("| X-9"))).isEmpty();
    assertThat(report(Forged.class, "json"))
        .content()
        .contains("LOSS: a | b\\u000a| X-9 | forged \\ud800");
  }

  /** Two fixtures at a time would meet: the world can be opened once. */
  @Test
  void claimsRunOneByOneWhateverTheSettings() {
    EngineExecutionResults results =
        only(Smallest.class, "aStartGivesAHint", "aStopGivesAHint", "aWatchIsLiveOnReturn")
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
            .configurationParameter("junit.jupiter.testinstance.lifecycle.default", "per_class")
            .execute();
    assertThat(failures(results)).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(3);
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
  }

  private Path report(Class<?> test, String ending) {
    return reports.resolve(test.getName() + "." + ending);
  }

  private EngineExecutionResults run(Class<?> conformance) {
    return kit(conformance).execute();
  }

  private EngineExecutionResults runClaims(Class<?> conformance, String... claims) {
    return only(conformance, claims).execute();
  }

  private EngineTestKit.Builder only(Class<?> conformance, String... claims) {
    return kit(
        Arrays.stream(claims)
            .map(claim -> selectMethod(conformance, claim))
            .toArray(DiscoverySelector[]::new));
  }

  private EngineTestKit.Builder kit(Class<?> conformance) {
    return kit(new DiscoverySelector[] {selectClass(conformance)});
  }

  private EngineTestKit.Builder kit(DiscoverySelector... selectors) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectors)
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
