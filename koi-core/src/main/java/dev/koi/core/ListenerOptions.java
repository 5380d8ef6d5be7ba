package dev.koi.core;

import static java.util.Objects.requireNonNull;

import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Options;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * What a listener receives, and how it is called. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * koi.subscribe(ListenerOptions.named("proxy").backends("docker").kinds(InstanceEvent.class), ...);
 * }</pre>
 */
public final class ListenerOptions {

  final Options options;

  private ListenerOptions(Options options) {
    this.options = options;
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
    Options none = Options.NONE;
    return new ListenerOptions(
        new Options(
            Optional.of(name), none.backends(), none.kinds(), none.executor(), none.onError()));
  }

  /** Lets it receive only the events of these entries. */
  public ListenerOptions backends(String... entries) {
    return new ListenerOptions(
        new Options(
            options.name(),
            Set.of(entries),
            options.kinds(),
            options.executor(),
            options.onError()));
  }

  /**
   * Lets it receive only events of these types, such as {@link RuntimeEvent.InstanceEvent}. An
   * Updated event then contains the state that another event would have delivered.
   */
  @SafeVarargs
  public final ListenerOptions kinds(Class<? extends RuntimeEvent>... types) {
    Set<Class<? extends RuntimeEvent>> kinds = new HashSet<>();
    for (Class<? extends RuntimeEvent> type : types) {
      kinds.add(type);
    }
    return new ListenerOptions(
        new Options(
            options.name(), options.backends(), kinds, options.executor(), options.onError()));
  }

  /**
   * Has the executor call it, still with one event at a time. The listener's own thread hands over
   * each event and waits for the end of the call, so an executor that is busy holds up this
   * listener only. If the executor rejects an event, that is a failure of the listener.
   */
  public ListenerOptions executor(Executor executor) {
    return new ListenerOptions(
        new Options(
            options.name(),
            options.backends(),
            options.kinds(),
            Optional.of(executor),
            options.onError()));
  }

  /**
   * Sets what receives each event on which the listener failed, and what it threw, on the
   * listener's own thread. Without it, the first failure is logged and the others are counted.
   */
  public ListenerOptions onError(BiConsumer<? super RuntimeEvent, ? super Throwable> handler) {
    return new ListenerOptions(
        new Options(
            options.name(),
            options.backends(),
            options.kinds(),
            options.executor(),
            Optional.of(requireNonNull(handler, "handler"))));
  }
}
