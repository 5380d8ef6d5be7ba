package dev.koi.core.dispatch;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one listener was told, in that order. Each question about it is answered with sentences that
 * say what is wrong; none, if all is well.
 */
public record History(List<RuntimeEvent> events) {

  /** What is true of one id, from the first state to the last; empty stands for its absence. */
  public record Truth(String backend, String id, List<Optional<Instance>> states) {}

  /** Copies the events. */
  public History {
    events = List.copyOf(events);
  }

  /** Per life {@code Started Updated* Stopped}, each event following from the one before it. */
  public List<String> againstTheGrammar() {
    Violations found = new Violations();
    Map<String, Instance> present = new HashMap<>();
    long last = 0;
    for (RuntimeEvent event : events) {
      found.unless(event.sequence() > last, event, "is not in sequence");
      last = event.sequence();
      if (event instanceof RuntimeEvent.Started started) {
        Instance was = present.put(key(started.instance()), started.instance());
        found.unless(was == null, event, "is started already");
      } else if (event instanceof RuntimeEvent.Updated updated) {
        Instance was = present.put(key(updated.instance()), updated.instance());
        found.unless(updated.previous().equals(was), event, "does not follow what was told");
        found.unless(updated.instance().sameLife(updated.previous()), event, "is another life");
        found.unless(
            updated.changed().equals(updated.previous().changedFields(updated.instance())),
            event,
            "names the wrong fields");
      } else if (event instanceof RuntimeEvent.Stopped stopped) {
        Instance was = present.remove(key(stopped.instance()));
        found.unless(stopped.instance().equals(was), event, "is not what was started");
      }
    }
    return found.sentences();
  }

  /** Per backend, Disconnected and Reconnected in turns, beginning with the first. */
  public List<String> againstTheTurns() {
    Violations found = new Violations();
    Map<String, Boolean> down = new HashMap<>();
    for (RuntimeEvent event : events) {
      if (event instanceof RuntimeEvent.BackendDisconnected) {
        boolean was = Boolean.TRUE.equals(down.put(event.backend(), true));
        found.unless(!was, event, "is disconnected already");
      } else if (event instanceof RuntimeEvent.BackendReconnected) {
        boolean was = Boolean.TRUE.equals(down.put(event.backend(), false));
        found.unless(was, event, "is not disconnected");
      }
    }
    return found.sentences();
  }

  /** Per backend, a Synced right after each Reconnected, and at most one other before a loss. */
  public List<String> againstTheSyncs() {
    Violations found = new Violations();
    Map<String, RuntimeEvent> last = new HashMap<>(); // of those that are about the backend
    RuntimeEvent before = null;
    for (RuntimeEvent event : events) {
      if (before instanceof RuntimeEvent.BackendReconnected) {
        boolean follows = event instanceof RuntimeEvent.BackendSynced;
        found.unless(follows && event.backend().equals(before.backend()), before, "is not synced");
      }
      if (!(event instanceof RuntimeEvent.InstanceEvent)) {
        RuntimeEvent was = last.put(event.backend(), event);
        boolean known = was == null || was instanceof RuntimeEvent.BackendReconnected;
        found.unless(
            known || !(event instanceof RuntimeEvent.BackendSynced), event, "is synced already");
      }
      before = event;
    }
    return found.sentences();
  }

  /** While a runtime is out of sight, nothing of it is told as stopped. */
  public List<String> stoppedWhileBlind(Instant from, Instant to) {
    Violations found = new Violations();
    for (RuntimeEvent event : events) {
      boolean blind = !event.time().isBefore(from) && event.time().isBefore(to);
      found.unless(
          !blind || !(event instanceof RuntimeEvent.Stopped),
          event,
          "is stopped while nobody could see it");
    }
    return found.sentences();
  }

  /** Nothing is told that was never true, or is not true any more when the next was told. */
  public List<String> inventions(Collection<Truth> truths) {
    Map<String, Truth> byKey = new HashMap<>();
    truths.forEach(truth -> byKey.put(key(truth.backend(), truth.id()), truth));
    Violations found = new Violations();
    Map<String, Integer> reached = new HashMap<>();
    for (RuntimeEvent event : events) {
      Optional<Instance> told = instance(event);
      if (told.isEmpty()) {
        continue;
      }
      String key = key(told.get());
      List<Optional<Instance>> states =
          byKey.containsKey(key) ? byKey.get(key).states() : List.of();
      int at = reached.getOrDefault(key, 0);
      while (at < states.size() && !fits(event, told.get(), states.get(at))) {
        at++;
      }
      found.unless(at < states.size(), event, "was not true, or not in this order");
      reached.put(key, at);
    }
    return found.sentences();
  }

  private static boolean fits(RuntimeEvent event, Instance told, Optional<Instance> state) {
    return event instanceof RuntimeEvent.Stopped
        ? state.isEmpty() || !state.get().sameLife(told)
        : state.isPresent() && state.get().equals(told);
  }

  /** What the events add up to is what is true. */
  public List<String> differencesFrom(Collection<Instance> truth) {
    List<String> differences = new ArrayList<>();
    Map<String, Instance> left = new TreeMap<>();
    truth.forEach(instance -> left.put(key(instance), instance));
    for (Instance told : picture()) {
      Instance isTrue = left.remove(key(told));
      if (isTrue == null) {
        differences.add(key(told) + " is told and not there");
      } else if (!isTrue.equals(told)) {
        differences.add(key(told) + " is told with other " + told.changedFields(isTrue));
      }
    }
    left.values().forEach(instance -> differences.add(key(instance) + " is there and not told"));
    return differences;
  }

  /** Returns the picture that the events add up to. */
  public Collection<Instance> picture() {
    Map<String, Instance> present = new TreeMap<>();
    for (RuntimeEvent event : events) {
      instance(event)
          .ifPresent(
              instance -> {
                if (event instanceof RuntimeEvent.Stopped) {
                  present.remove(key(instance));
                } else {
                  present.put(key(instance), instance);
                }
              });
    }
    return List.copyOf(present.values());
  }

  /** Returns the instance that the event is about, as it then is or was last. */
  static Optional<Instance> instance(RuntimeEvent event) {
    return event instanceof RuntimeEvent.InstanceEvent change
        ? Optional.of(change.instance())
        : Optional.empty();
  }

  private static String key(Instance instance) {
    return key(instance.backend(), instance.id());
  }

  private static String key(String backend, String id) {
    return backend + "/" + id;
  }

  private static final class Violations {
    private final List<String> sentences = new ArrayList<>();

    void unless(boolean held, RuntimeEvent event, String what) {
      if (!held) {
        sentences.add(event + " " + what);
      }
    }

    List<String> sentences() {
      return List.copyOf(sentences);
    }
  }
}
