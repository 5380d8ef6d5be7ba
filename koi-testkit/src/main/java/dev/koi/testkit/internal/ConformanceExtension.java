package dev.koi.testkit.internal;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/** Gives each claim a trial of its own, names the rule in its failure, and writes the report. */
public final class ConformanceExtension
    implements BeforeAllCallback, InvocationInterceptor, AfterAllCallback {

  private static final Namespace OURS = Namespace.create(ConformanceExtension.class);

  /** What the claims of one class share. */
  private static final class Run {
    private final Report report;
    private final Map<String, String> fixtureFaults = new HashMap<>(); // the first claim, by kind
    private Probe probe;

    Run(Report report) {
      this.report = report;
    }
  }

  /** For JUnit. */
  public ConformanceExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    String directory =
        context.getConfigurationParameter("koi.testkit.report").orElse("target/koi-conformance");
    Report report = new Report(Path.of(directory), context.getRequiredTestClass());
    report.delete();
    context.getStore(OURS).put(Run.class, new Run(report));
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
      Claims claims = (Claims) method.getTarget().orElseThrow();
      check(run, rule.value(), claim, invocation, claims, context);
      String outcome = claims.trial.isPartly() ? Report.PARTLY : Report.PASSED;
      run.report.add(claim, outcome, claims.trial.notes());
    } catch (TestAbortedException e) {
      run.report.add(claim, Report.NOT_VERIFIED, String.valueOf(e.getMessage()));
      throw e;
    } catch (FixtureFault e) {
      String first = run.fixtureFaults.putIfAbsent(e.kind(), claim);
      if (first != null) {
        run.report.add(claim, Report.NOT_VERIFIED, "the fixture failed as in " + first);
        throw new TestAbortedException("the fixture failed as in " + first, e);
      }
      run.report.add(claim, Report.FIXTURE_FAILED, e.getMessage());
      throw failure("This says nothing about the backend: " + e.getMessage(), e);
    } catch (Throwable e) {
      String found = e instanceof AssertionError ? Report.brief(e.getMessage()) : e.toString();
      run.report.add(claim, Report.FAILED, found);
      throw failure(SpecRule.of(rule.value()).broken(found), e);
    }
  }

  private static void check(
      Run run,
      String rule,
      String claim,
      Invocation<Void> invocation,
      Claims claims,
      ExtensionContext context)
      throws Throwable {
    if (run.probe == null) {
      Trial trial = open(claims, WaitTimes.of("probe", context));
      try {
        run.probe = Probe.of(trial);
      } finally {
        trial.close();
      }
    }
    run.probe.requireNoDefectBut(rule);
    claims.trial = open(claims, WaitTimes.of(rule, context));
    try {
      String reason = claims.trial.fixture().impossible().get(claim);
      if (reason != null) {
        throw new TestAbortedException(reason);
      }
      invocation.proceed();
    } finally {
      claims.trial.close();
    }
  }

  private static Trial open(Claims claims, WaitTimes times) throws Exception {
    try {
      return new Trial(claims.fixture(), times);
    } catch (TestAbortedException | FixtureFault e) {
      throw e;
    } catch (Exception | AssertionError e) {
      throw new FixtureFault("fixture", "fixture() threw " + e, e);
    }
  }

  private static AssertionError failure(String message, Throwable cause) {
    boolean shown = cause instanceof AssertionError; // with nothing to add but its own cause
    AssertionError failure = new AssertionError(message, shown ? cause.getCause() : cause);
    failure.setStackTrace(cause.getStackTrace());
    return failure;
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    Run run = context.getStore(OURS).get(Run.class, Run.class);
    run.report.write(run.probe);
    System.out.println(run.report.summary());
    String least = context.getConfigurationParameter("koi.testkit.verified").orElse("0");
    run.report.requirePassed(Integer.parseInt(least));
    if (context
        .getConfigurationParameter("koi.testkit.certified")
        .map(Boolean::valueOf)
        .orElse(false)) {
      run.report.requireCertified();
    }
  }
}
