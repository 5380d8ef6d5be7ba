package dev.koi.core;

import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Options;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a listener receives, and how it is called. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * koi.subscribe(ListenerOptions.named("proxy").backends("docker").kinds(InstanceEvent.class), ...);
 * }</pre>
 */
public final class ListenerOptions {

  private final String name;
  // Assigned before anybody else sees this.
  private Set<String> backends = Set.of();
  private Set<Class<? extends RuntimeEvent>> kinds = Set.of();
  private Optional<Executor> executor = Optional.empty();
  private Optional<BiConsumer<? super RuntimeEvent, ? super Throwable>> onError = Optional.empty();

  private ListenerOptions(String name) {
    this.name = name;
  }

  /**
   * Returns the options of a listener that receives everything, on a thread of its own.
   *
   * @param name the name of its thread, also for the log, the status and the meters
   */
  public static ListenerOptions named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of a listener must not be blank");
    }
    return new ListenerOptions(name);
  }

  private ListenerOptions with(Consumer<ListenerOptions> change) {
    ListenerOptions changed = new ListenerOptions(name);
    changed.backends = backends;
    changed.kinds = kinds;
    changed.executor = executor;
    changed.onError = onError;
    change.accept(changed);
    return changed;
  }

  Options options() {
    return new Options(Optional.of(name), backends, kinds, executor, onError);
  }

  /**
   * Lets it receive only the events of these entries, which must exist: see {@link Koi#subscribe}.
   */
  public ListenerOptions backends(String... entries) {
    return with(changed -> changed.backends = Set.of(entries));
  }

  /**
   * Lets it receive only events of these types, such as {@link RuntimeEvent.InstanceEvent}. An
   * Updated event then contains the state that another event would have delivered.
   */
  @SafeVarargs
  public final ListenerOptions kinds(Class<? extends RuntimeEvent>... types) {
    Set<Class<? extends RuntimeEvent>> wanted = new HashSet<>();
    for (Class<? extends RuntimeEvent> type : types) {
      wanted.add(type);
    }
    return with(changed -> changed.kinds = wanted);
  }

  /**
   * Has the executor call it, still with one event at a time. The listener's own thread hands over
   * each event and waits for the end of the call, so an executor that is busy holds up this
   * listener only. If the executor rejects an event, that is a failure of the listener.
   */
  public ListenerOptions executor(Executor executor) {
    return with(changed -> changed.executor = Optional.of(executor));
  }

  /**
   * Sets what receives each event on which the listener failed, and what it threw, on the
   * listener's own thread. Without it, the first failure is logged and the others are counted.
   */
  public ListenerOptions onError(BiConsumer<? super RuntimeEvent, ? super Throwable> handler) {
    return with(changed -> changed.onError = Optional.of(handler));
  }
}
