package dev.koi.cli;

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
 * One listener's events, without those of instances that are not wanted. An instance is Started
 * when it first is what is wanted, and is followed to its end from then on, so that a change that
 * makes it something else is told as what it is, and never as an end. Not safe for use by several
 * threads.
 */
final class Seen {

  private final Predicate<Instance> wanted;
  private final Set<String> followed = new HashSet<>(); // backends and ids

  Seen(Predicate<Instance> wanted) {
    this.wanted = wanted;
  }

  /** Returns what to tell of the event; empty for nothing. */
  Optional<RuntimeEvent> of(RuntimeEvent event) {
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
