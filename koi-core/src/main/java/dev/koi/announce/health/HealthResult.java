package dev.koi.announce.health;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The result of the checks of one target until now.
 *
 * @param target the target
 * @param passing whether its instance may be announced: it passed a check, and has not failed two
 *     in a row since
 * @param failures the failed checks since the last that passed
 * @param problem why the last check failed; empty if it passed or none has ended
 * @param time when the last check ended; empty if none has
 */
public record HealthResult(
    HealthTarget target, boolean passing, int failures, String problem, Optional<Instant> time) {

  private static final int TOLERATED = 1; // failures in a row: a busy machine misses a deadline

  /** Requires all. */
  public HealthResult {
    requireNonNull(target, "target");
    requireNonNull(problem, "problem");
    requireNonNull(time, "time");
  }

  static HealthResult none(HealthTarget target) {
    return new HealthResult(target, false, 0, "", Optional.empty());
  }

  /** {@return the result with one more check, whose problem is empty if it passed} */
  HealthResult then(String newProblem, Instant now) {
    boolean passed = newProblem.isEmpty();
    int row = passed ? 0 : failures + 1;
    return new HealthResult(
        target, passed || (passing && row <= TOLERATED), row, newProblem, Optional.of(now));
  }

  /** {@return why the instance must not be announced; empty if it may} */
  public String hindrance() {
    if (passing) {
      return "";
    } else if (failures == 0) {
      return "its health check has no result yet: " + target;
    }
    return "its health check fails: "
        + target
        + ": "
        + problem
        + (failures == 1 ? "" : " (" + failures + " times in a row)");
  }

  /** {@return what the last check has shown} */
  public String text() {
    String result = problem.isEmpty() ? "passed" : "failed: " + problem;
    return target + (time.isEmpty() ? " has no result yet" : " " + result + ", at " + time.get());
  }
}
