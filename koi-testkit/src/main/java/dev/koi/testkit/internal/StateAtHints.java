package dev.koi.testkit.internal;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.rules.HintReader;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lists and finds an instance once at each hint, as Koi does, and remembers its last state. */
final class StateAtHints implements HintReader.Look {

  private final RuntimeConnection connection;
  private final Map<String, String> states = new ConcurrentHashMap<>();

  StateAtHints(RuntimeConnection connection) {
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
      changed.addAll(states.keySet());
    }
    for (String id : changed) {
      boolean found = connection.findInstance(id).isPresent();
      if (listed.contains(id)) {
        states.put(id, found ? "present" : "listed but not found");
      } else {
        states.put(id, found ? "found but not listed" : "gone");
      }
    }
  }

  /** Waits until a hint that came after that many has shown the state. */
  void expect(String state, String id, HintReader reader, WaitTimes times, int after)
      throws InterruptedException {
    if (reader.await(times.patience(), () -> state.equals(states.get(id)))) {
      return;
    }
    reader.requireNotEnded("a hint was looked at");
    String last = states.getOrDefault(id, "unknown");
    throw new AssertionError(
        reader.came(id, after)
            ? "at the last hint for %s it was %s, when it had become %s before"
                .formatted(id, last, state)
            : "no hint came for %s when it had become %s; at the last hint before it was %s"
                .formatted(id, state, last));
  }
}
