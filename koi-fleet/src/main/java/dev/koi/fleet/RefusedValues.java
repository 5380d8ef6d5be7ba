package dev.koi.fleet;

import java.util.Map;
import java.util.TreeMap;

/** The ids whose values cannot be read, with the reasons. Thread-safe. */
final class RefusedValues {

  private static final int MOST = 1000;

  private final TreeMap<String, String> reasons = new TreeMap<>(); // guarded by this

  synchronized void replaceBy(Map<String, String> all) {
    reasons.clear();
    all.forEach(this::add);
  }

  synchronized void add(String id, String reason) {
    if (reasons.size() < MOST) {
      reasons.put(id, reason);
    }
  }

  synchronized void remove(String id) {
    reasons.remove(id);
  }

  /** Returns one sentence; empty if there is none. */
  synchronized String limitation() {
    if (reasons.isEmpty()) {
      return "";
    }
    Map.Entry<String, String> first = reasons.firstEntry();
    int others = reasons.size() - 1;
    return "the value of %s is refused: %s%s"
        .formatted(
            first.getKey(),
            first.getValue(),
            others == 0
                ? ""
                : "; so are " + others + (others + 1 < MOST ? "" : " or more") + " others");
  }
}
