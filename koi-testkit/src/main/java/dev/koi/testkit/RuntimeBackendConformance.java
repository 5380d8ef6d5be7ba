package dev.koi.testkit;

import dev.koi.testkit.internal.CloseClaims;
import dev.koi.testkit.internal.ConformanceExtension;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The conformance kit: checks a backend against every rule of {@code spec.md}. A backend's author
 * extends it and returns a {@link BackendFixture} that starts and stops instances. Each test is one
 * claim about the backend; its failure names the rule.
 *
 * <p>A claim that needs a capability which the fixture declares as a gap is aborted and reported as
 * not verified, never as passed. If the backend cannot even connect, list and watch, this defect is
 * reported once and every other claim is aborted. The outcome of every rule is written to {@code
 * target/koi-conformance/}, to files named after the test class.
 *
 * <p>Configuration parameters of JUnit, or system properties:
 *
 * <ul>
 *   <li>{@code koi.testkit.patience} (10s): how long to wait for what must happen
 *   <li>{@code koi.testkit.quiet} (0.5s): how long to wait for what must not
 *   <li>{@code koi.testkit.report}: the directory of the report
 *   <li>{@code koi.testkit.certified} (false): fail the test class if the run does not certify the
 *       backend, for example because the runtime is absent
 *   <li>{@code koi.testkit.verified} (0): how many rules must at least have passed in full
 * </ul>
 *
 * <p>No test can show that a watch holds bounded memory (W-5) or that no message ever holds a
 * secret (D-3): these rules pass in part.
 */
@Isolated("counts the descriptors and captures the output of the whole process")
@ExtendWith(ConformanceExtension.class)
@SuppressWarnings("exports") // the claims are inherited, and nobody calls them
public abstract class RuntimeBackendConformance extends CloseClaims {

  /** For subclasses. */
  protected RuntimeBackendConformance() {}

  /**
   * Returns the runtime to check the backend against; called for every claim.
   *
   * @throws Exception if the runtime cannot be had, which fails the claim; an aborted assumption of
   *     JUnit or AssertJ aborts it
   */
  @Override
  protected abstract BackendFixture fixture() throws Exception;
}
