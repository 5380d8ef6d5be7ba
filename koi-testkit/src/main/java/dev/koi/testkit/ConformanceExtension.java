package dev.koi.testkit;

import java.lang.reflect.Method;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Runs each claim with a trial of its own, names the rule in its failure, and writes the report at
 * the end.
 */
final class ConformanceExtension
    implements BeforeAllCallback, InvocationInterceptor, AfterAllCallback {

  private static final Namespace OURS = Namespace.create(ConformanceExtension.class);

  /** What the claims of one class share. */
  private static final class Run {
    private final Report report = new Report();
    private Probe probe;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(OURS).put(Run.class, new Run());
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Rule rule = method.getExecutable().getAnnotation(Rule.class);
    if (rule == null) { // an author's own test
      invocation.proceed();
      return;
    }
    Run run = context.getStore(OURS).get(Run.class, Run.class);
    String claim = method.getExecutable().getName();
    try {
      check(run, rule, invocation, method.getTarget().orElseThrow(), Timing.from(context));
      run.report.add(rule, claim, Report.PASSED, "");
    } catch (TestAbortedException e) {
      run.report.add(rule, claim, Report.NOT_VERIFIED, String.valueOf(e.getMessage()));
      throw e;
    } catch (Throwable e) {
      String found =
          e instanceof AssertionError && e.getMessage() != null ? e.getMessage() : e.toString();
      run.report.add(rule, claim, Report.FAILED, found);
      throw failure(rule, found, e);
    }
  }

  private static void check(
      Run run, Rule rule, Invocation<Void> invocation, Object test, Timing timing)
      throws Throwable {
    RuntimeBackendConformance conformance = (RuntimeBackendConformance) test;
    if (run.probe == null) {
      Trial trial = new Trial(conformance.fixture(), timing);
      try {
        run.probe = Probe.of(trial);
      } finally {
        trial.close();
      }
    }
    run.probe.requireNoDefectBut(rule.value());
    conformance.trial = new Trial(conformance.fixture(), timing);
    try {
      invocation.proceed();
    } finally {
      conformance.trial.close();
    }
  }

  private static AssertionError failure(Rule rule, String found, Throwable cause) {
    SpecRule broken = SpecRule.of(rule.value());
    String message =
        "[%s] %s%n  Found: %s%n  If this fails, check %s."
            .formatted(
                broken.id(),
                broken.sentence(),
                found.strip().replace("\n", "\n    "),
                broken.check());
    boolean told = cause instanceof AssertionError; // with nothing to add but its own cause
    AssertionError failure = new AssertionError(message, told ? cause.getCause() : cause);
    failure.setStackTrace(cause.getStackTrace());
    return failure;
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    Run run = context.getStore(OURS).get(Run.class, Run.class);
    if (run.probe != null) {
      run.report.write(
          Path.of(
              context
                  .getConfigurationParameter("koi.testkit.report")
                  .orElse("target/koi-conformance")),
          run.probe);
    }
  }
}
