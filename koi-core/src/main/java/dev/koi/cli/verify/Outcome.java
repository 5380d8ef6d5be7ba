package dev.koi.cli.verify;

/**
 * What came out of one rule.
 *
 * @param rule its id, such as {@code "W-4"}
 * @param words what was found, or why nothing is known; empty if it was followed
 */
public record Outcome(String rule, Result result, String words) {

  /** In the words of the conformance kit. */
  public enum Result {
    /** What was checked follows the rule. */
    PASSED,
    /** The backend does not follow the rule. */
    FAILED,
    /** Nothing is known. */
    NOT_VERIFIED
  }
}
