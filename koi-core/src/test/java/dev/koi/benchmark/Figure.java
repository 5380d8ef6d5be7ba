package dev.koi.benchmark;

import java.util.Optional;

/**
 * A row of the table.
 *
 * @param section what was measured, and on which engine
 * @param name what exactly, with its unit
 * @param koi Koi's measurements
 * @param floor the floor's, if there is one to compare with
 * @param goal the largest good value, if one is set
 * @param relative whether the goal is for the ratio of the medians
 */
record Figure(
    String section,
    String name,
    Distribution koi,
    Optional<Distribution> floor,
    Optional<Double> goal,
    boolean relative) {

  /** Returns how many times the floor's median Koi's is. */
  Optional<Double> ratio() {
    return floor.filter(f -> f.median() > 0).map(f -> koi.median() / f.median());
  }

  /** Whether the goal is reached, if there is one. */
  Optional<Boolean> reached() {
    return goal.map(g -> (relative ? ratio().orElseThrow() : koi.median()) <= g);
  }
}
