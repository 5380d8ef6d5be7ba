package dev.koi.cli.verify;

import static java.util.stream.Collectors.toMap;

import dev.koi.Instance;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.rules.HintReader;
import dev.koi.spi.rules.TimedCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a connection's answers with each other, while a watch reports whether anything changes.
 */
final class Answers {

  private static final int MOST_FOUND = 50;
  private static final int LOOKS = 20;

  private final RuntimeConnection connection;
  private final HintReader hints;
  private final TimedCalls calls;
  private final Duration patience;
  private List<Instance> first = List.of();

  Answers(RuntimeConnection connection, HintReader hints, TimedCalls calls, Duration patience) {
    this.connection = connection;
    this.hints = hints;
    this.calls = calls;
    this.patience = patience;
  }

  /** Requires that what was found follows the rule that is checked. */
  static void require(boolean holds, String found) {
    if (!holds) {
      throw new AssertionError(found);
    }
  }

  /** Returns the first list. */
  List<Instance> first() {
    return first;
  }

  private List<Instance> list() throws Exception {
    return calls.answer(patience, "listInstances()", connection::listInstances);
  }

  void listHoldsWhatIsPresent() throws Exception {
    first = list();
    for (Instance instance : first) {
      require(instance == null || instance.state().present(), "a list contains " + instance);
    }
  }

  void listIsASnapshot() throws Exception {
    Set<String> ids = new HashSet<>();
    for (Instance instance : first) {
      require(instance != null, "a list contains null");
      require(ids.add(instance.id()), "two instances have the id " + instance.id());
    }
    List<Instance> list = list();
    try {
      list.clear();
    } catch (UnsupportedOperationException e) {
      return;
    }
    require(first.isEmpty(), "a list can be changed: it is a " + list.getClass().getName());
  }

  void carry(String entry) {
    for (Instance instance : first) {
      require(
          instance.backend().equals(entry),
          "backend() of " + instance.containerName() + " is '" + instance.backend() + "'");
    }
  }

  void findShowsWhatTheListShows() throws Exception {
    if (!finds()) {
      throw new UnclearException("findInstance is not supported, and Koi lists instead");
    }
    int mark = hints.count();
    Map<String, Instance> listed = byId(list());
    int unclear = 0;
    for (Instance each : listed.values().stream().limit(MOST_FOUND).toList()) {
      String call = "findInstance(\"" + each.id() + "\")";
      Instance found =
          calls.answer(patience, call, () -> connection.findInstance(each.id())).orElse(null);
      if (!each.equals(found)) {
        Instance again = byId(list()).get(each.id());
        if (hints.came(each.id(), mark) || !each.equals(again)) {
          unclear++;
        } else {
          require(found != null, call + " is empty, but the list shows it");
          throw new AssertionError(call + " differs from the list in " + found.changedFields(each));
        }
      }
    }
    if (unclear > 0) {
      throw new UnclearException(unclear + " instances changed meanwhile");
    }
    if (listed.isEmpty()) {
      throw new UnclearException("no instance runs");
    }
  }

  private boolean finds() throws Exception {
    try {
      var unused = calls.answer(patience, "findInstance(\"\")", () -> connection.findInstance(""));
      return true;
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  void unknownIdsAreEmpty() throws Exception {
    if (!finds()) {
      throw new UnclearException("findInstance is not supported, and Koi lists instead");
    }
    List<String> ids =
        new ArrayList<>(
            List.of("unknown", "f".repeat(300), "", " ", "../..", "a/b?c=d#e", "a\r\nb", "%00"));
    for (Instance instance : first.stream().limit(1).toList()) {
      ids.add(instance.id() + "0");
      ids.add(instance.id().substring(0, instance.id().length() - 1));
      ids.add(instance.containerName());
      ids.remove(instance.id());
    }
    for (String id : ids) {
      String call = "findInstance(\"" + id + "\")";
      require(
          calls.answer(patience, call, () -> connection.findInstance(id)).isEmpty(),
          call + " is not empty, though no instance has this id");
    }
  }

  /** Compares at many moments of a second: a fact that follows from an age changes within it. */
  void looksAreEqual(RuntimeConnection another) throws Exception {
    int mark = hints.count();
    Map<String, Instance> before = byId(list());
    Set<String> unclear = new HashSet<>();
    for (int i = 0; i < LOOKS; i++) {
      Thread.sleep(55);
      RuntimeConnection asked = i % 2 == 0 ? another : connection;
      Map<String, Instance> now =
          byId(calls.answer(patience, "listInstances()", asked::listInstances));
      Set<String> ids = new HashSet<>(before.keySet());
      ids.addAll(now.keySet());
      for (String id : ids) {
        if (!now.containsKey(id) || !now.get(id).equals(before.get(id))) {
          Thread.sleep(200); // a hint may come a moment after the change is visible
          if (!hints.came(id, mark)) {
            throw new AssertionError(difference(id, before.get(id), now.get(id)));
          }
          unclear.add(id);
        }
      }
    }
    if (!unclear.isEmpty()) {
      throw new UnclearException(unclear.size() + " instances changed meanwhile");
    }
    if (before.isEmpty()) {
      throw new UnclearException("no instance runs");
    }
  }

  private static String difference(String id, Instance before, Instance now) {
    return before == null || now == null
        ? "one of two lists shows " + id + ", and no hint says that it has started or ended"
        : "two looks at %s differ in %s, and no hint says that it has changed"
            .formatted(id, now.changedFields(before));
  }

  private static Map<String, Instance> byId(List<Instance> list) {
    return list.stream().collect(toMap(Instance::id, it -> it, (one, other) -> one));
  }
}
