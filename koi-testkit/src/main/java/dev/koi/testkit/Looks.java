package dev.koi.testkit;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.RuntimeConnection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.opentest4j.TestAbortedException;

/** Looks at what a hint is about as Koi does, at once and once, and remembers what was seen. */
final class Looks implements HintReader.Look {

  private final RuntimeConnection connection;
  private final Map<String, String> seen = new ConcurrentHashMap<>();

  Looks(RuntimeConnection connection) {
    this.connection = connection;
  }

  @Override
  public void at(ChangeHint hint) throws Exception {
    Set<String> listed = Trial.ids(connection.listInstances());
    Set<String> changed = new HashSet<>();
    if (hint instanceof ChangeHint.OneInstance one) {
      changed.add(one.id());
    } else {
      changed.addAll(listed);
      changed.addAll(seen.keySet());
    }
    for (String id : changed) {
      boolean found = connection.findInstance(id).isPresent();
      if (listed.contains(id)) {
        seen.put(id, found ? "present" : "listed but not found");
      } else {
        seen.put(id, found ? "found but not listed" : "gone");
      }
    }
  }

  /** Waits until a look has shown that, after that many hints. */
  void expect(String state, String id, HintReader reader, Timing timing, int after)
      throws InterruptedException {
    if (reader.await(timing.patience(), () -> state.equals(seen.get(id)))) {
      return;
    }
    reader.requireNotEnded("a hint was looked at");
    if (!reader.heard(id, after)) {
      throw new TestAbortedException("no hint came at all, which W-2 is about");
    }
    throw new AssertionError(
        "at the last hint for %s it was %s, when it had become %s before"
            .formatted(id, seen.get(id), state));
  }
}
