package dev.koi.core.supervise;

import dev.koi.core.status.BackendActivity;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls and hints of one entry, over all its sessions. Thread-safe. */
final class Activity {

  final LongAdder connects = new LongAdder();
  final LongAdder looks = new LongAdder();
  final LongAdder lists = new LongAdder();
  final LongAdder drift = new LongAdder();
  private final LongAdder hints = new LongAdder();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private volatile Instant lastHint; // null before the first

  void hint() {
    hints.increment();
    lastHint = Instant.now();
  }

  void error(String method) {
    errors.computeIfAbsent(method, name -> new LongAdder()).increment();
  }

  BackendActivity snapshot(long changes, int abandoned) {
    Map<String, Long> counts = new HashMap<>();
    errors.forEach((method, count) -> counts.put(method, count.sum()));
    return new BackendActivity(
        connects.sum(),
        hints.sum(),
        Optional.ofNullable(lastHint),
        looks.sum(),
        lists.sum(),
        changes,
        drift.sum(),
        counts,
        abandoned);
  }
}
