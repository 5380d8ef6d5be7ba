package dev.koi.core.filter;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Filters one listener's events by their instances. Once an instance has matched, all its later
 * events pass, even if it no longer matches; the first is a Started event. Not safe for use by
 * several threads.
 */
public final class EventFilter {

  private final Predicate<Instance> wanted;
  private final Set<String> followed = new HashSet<>(); // backends and ids

  /** Wants the events of these instances. */
  public EventFilter(Predicate<Instance> wanted) {
    this.wanted = wanted;
  }

  /** Returns the event to show, if any. */
  public Optional<RuntimeEvent> apply(RuntimeEvent event) {
    if (event instanceof Started started) {
      return begins(started.instance()) ? Optional.of(event) : Optional.empty();
    } else if (event instanceof Updated updated) {
      Instance instance = updated.instance();
      if (followed.contains(key(instance))) {
        return Optional.of(event);
      }
      return begins(instance)
          ? Optional.of(
              new Started(updated.backend(), updated.time(), updated.sequence(), instance))
          : Optional.empty();
    } else if (event instanceof Stopped stopped) {
      return followed.remove(key(stopped.instance())) ? Optional.of(event) : Optional.empty();
    }
    return Optional.of(event);
  }

  private boolean begins(Instance instance) {
    return wanted.test(instance) && followed.add(key(instance));
  }

  private static String key(Instance instance) {
    return instance.backend() + "/" + instance.id();
  }
}
