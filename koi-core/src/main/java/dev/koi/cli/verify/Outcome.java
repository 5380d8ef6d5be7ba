package dev.koi.cli.verify;

/**
 * The result of checking one rule.
 *
 * @param rule its id, such as {@code "W-4"}
 * @param words what was found, or why nothing is known; empty if it was followed
 */
public record Outcome(String rule, Result result, String words) {

  /** In the words of the conformance kit. */
  public enum Result {
    /** The backend follows the rule, as far as it was checked. */
    PASSED,
    /** The backend does not follow the rule. */
    FAILED,
    /** Nothing is known. */
    NOT_VERIFIED
  }
}
