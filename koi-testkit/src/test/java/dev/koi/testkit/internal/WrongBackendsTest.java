package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.testkit.internal.WrongBackends.Wrong;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The kit catches every wrong backend, by its rules and no other, and says what is wrong. */
@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "takes long; mvn verify -Dkoi.tests=all runs it")
class WrongBackendsTest {

  @TempDir Path reports;

  private final ExecutorService pool = Executors.newFixedThreadPool(12); // they wait, mostly

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> eachIsCaught() {
    Map<Wrong, Future<List<String>>> runs =
        WrongBackends.all()
            .filter(wrong -> !wrong.needsProcess())
            .collect(
                Collectors.toMap(
                    wrong -> wrong,
                    wrong -> pool.submit(() -> WrongRun.failures(wrong, reports)),
                    (one, other) -> one,
                    LinkedHashMap::new));
    Stream<DynamicTest> beside =
        runs.entrySet().stream()
            .map(
                run ->
                    DynamicTest.dynamicTest(
                        run.getKey().toString(),
                        () -> requireCaught(run.getKey(), run.getValue().get())));
    Stream<DynamicTest> alone =
        WrongBackends.all()
            .filter(Wrong::needsProcess)
            .map(
                wrong ->
                    DynamicTest.dynamicTest(
                        wrong.toString(),
                        () -> requireCaught(wrong, WrongRun.failures(wrong, reports))));
    return Stream.concat(beside, alone);
  }

  private static void requireCaught(Wrong wrong, List<String> failures) {
    Set<String> rules = new TreeSet<>();
    failures.forEach(failure -> rules.add(failure.replaceFirst("(?s)^\\[(.+?)].*", "$1")));
    assertThat(String.join(" ", rules)).as("%s", failures).isEqualTo(wrong.rules());
    assertThat(failures)
        .allSatisfy(failure -> assertThat(failure).contains("MUST", "Found: ", "If this fails, "))
        .anySatisfy(failure -> assertThat(failure).contains(wrong.told()));
  }
}
