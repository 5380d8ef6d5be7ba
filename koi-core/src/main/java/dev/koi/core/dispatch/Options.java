package dev.koi.core.dispatch;

import dev.koi.RuntimeEvent;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * How a listener is notified.
 *
 * @param name its name; empty for one that is made up
 * @param backends the entries whose events it receives; empty for all
 * @param kinds the types of the events it receives; empty for all
 * @param executor what calls it; empty for its own thread
 * @param onError what receives its failures; empty for the log
 */
public record Options(
    Optional<String> name,
    Set<String> backends,
    Set<Class<? extends RuntimeEvent>> kinds,
    Optional<Executor> executor,
    Optional<BiConsumer<? super RuntimeEvent, ? super Throwable>> onError) {

  /** Everything, on a thread of its own. */
  public static final Options NONE =
      new Options(Optional.empty(), Set.of(), Set.of(), Optional.empty(), Optional.empty());

  /** Copies the sets. */
  public Options {
    backends = Set.copyOf(backends);
    kinds = Set.copyOf(kinds);
  }

  boolean wantsBackend(String backend) {
    return backends.isEmpty() || backends.contains(backend);
  }

  boolean wants(RuntimeEvent event) {
    return kinds.isEmpty() || kinds.stream().anyMatch(kind -> kind.isInstance(event));
  }
}
