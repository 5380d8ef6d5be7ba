package dev.koi.core;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A process of its own that runs the tests it is given: classes below dev.koi, or with #method. */
final class FewTests {

  static final int PASSED = 10;
  static final int FAILED = 11;

  private FewTests() {}

  /** Exits with what has come of it; with something else if it came to nothing. */
  public static void main(String[] tests) {
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(tests).map(FewTests::selector).toList())
                .configurationParameter(
                    "junit.jupiter.execution.timeout.testable.method.default",
                    2 * Integer.getInteger(Patience.SECONDS, 60) + " s")
                .build(),
            summary);
    summary
        .getSummary()
        .getFailures()
        .forEach(
            failure ->
                System.out.println(
                    failure.getTestIdentifier().getDisplayName() + ": " + failure.getException()));
    long failed = summary.getSummary().getTotalFailureCount(); // also of a class, or an engine
    long passed = summary.getSummary().getTestsSucceededCount();
    Runtime.getRuntime().halt(failed > 0 ? FAILED : passed > 0 ? PASSED : 1);
  }

  private static DiscoverySelector selector(String test) {
    String[] parts = test.split("#", -1);
    try {
      Class<?> type = Class.forName("dev.koi." + parts[0]);
      return parts.length == 1
          ? DiscoverySelectors.selectClass(type)
          : Arrays.stream(type.getDeclaredMethods())
              .filter(method -> method.getName().equals(parts[1]))
              .findFirst()
              .map(method -> DiscoverySelectors.selectMethod(type, method))
              .orElseThrow();
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new AssertionError("there is no test " + test + "; mend seeded-bugs.txt", e);
    }
  }
}
