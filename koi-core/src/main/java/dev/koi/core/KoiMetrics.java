package dev.koi.core;

import static java.util.Objects.requireNonNull;

import dev.koi.core.status.BackendActivity;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.ListenerStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The meters of a {@link Koi}, for applications that have Micrometer. The number of meters follows
 * from the entries and the listeners, never from instances.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>Name</th><th>Type</th><th>Tags</th><th>What it says</th></tr>
 * <tr><td>koi.backend.state</td><td>gauge</td><td>backend, type, state</td>
 *     <td>1 for the entry's present state, else 0</td></tr>
 * <tr><td>koi.instances</td><td>gauge</td><td>backend, type</td>
 *     <td>instances that are present, or were when the runtime was lost</td></tr>
 * <tr><td>koi.changes</td><td>counter</td><td>backend, type</td>
 *     <td>changes of instances, before listeners merge them</td></tr>
 * <tr><td>koi.drift</td><td>counter</td><td>backend, type</td>
 *     <td>changes that only a periodic list has shown</td></tr>
 * <tr><td>koi.hints</td><td>counter</td><td>backend, type</td>
 *     <td>hints of the runtime that something has changed</td></tr>
 * <tr><td>koi.looks</td><td>counter</td><td>backend, type</td>
 *     <td>requests for one instance</td></tr>
 * <tr><td>koi.lists</td><td>counter</td><td>backend, type</td>
 *     <td>requests for all instances</td></tr>
 * <tr><td>koi.connects</td><td>counter</td><td>backend, type</td>
 *     <td>connections made</td></tr>
 * <tr><td>koi.errors</td><td>counter</td><td>backend, type, method</td>
 *     <td>calls of the backend that failed</td></tr>
 * <tr><td>koi.listener.lag</td><td>gauge</td><td>listener</td>
 *     <td>instances and entries of which it is still to be notified</td></tr>
 * <tr><td>koi.listener.events</td><td>counter</td><td>listener</td>
 *     <td>events delivered</td></tr>
 * <tr><td>koi.listener.conflated</td><td>counter</td><td>listener</td>
 *     <td>changes merged into later ones</td></tr>
 * <tr><td>koi.listener.failures</td><td>counter</td><td>listener</td>
 *     <td>exceptions thrown</td></tr>
 * </table>
 *
 * <p>The meters of a listener are there as long as it is subscribed. Give listeners names ({@link
 * ListenerOptions#named}); those of one name share their meters.
 */
@SuppressWarnings("exports") // who uses this class requires micrometer.core anyway
public final class KoiMetrics implements MeterBinder {

  /** The methods of the SPI that can fail. */
  private static final List<String> METHODS =
      List.of("connect", "runtime", "watch", "take", "listInstances", "findInstance", "close");

  private final Koi koi;
  private final Tags tags;

  /** Makes a binder. */
  public KoiMetrics(Koi koi) {
    this(koi, Tags.empty());
  }

  /**
   * Makes a binder.
   *
   * @param tags of all meters, to distinguish several Kois
   */
  public KoiMetrics(Koi koi, Iterable<Tag> tags) {
    this.koi = requireNonNull(koi, "koi");
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    koi.status().backends().forEach(entry -> bind(registry, entry));
    Map<String, List<Meter>> ofListeners = new HashMap<>(); // guarded by itself
    koi.onListenersChanged(() -> bindListeners(registry, ofListeners));
  }

  private void bind(MeterRegistry registry, BackendStatus entry) {
    Tags own = tags.and("backend", entry.name(), "type", entry.type());
    String name = entry.name();
    for (BackendState state : BackendState.values()) {
      Gauge.builder("koi.backend.state", koi, k -> k.status(name).state() == state ? 1 : 0)
          .description("1 for the present state of the entry, else 0")
          .tags(own.and("state", state.wireName()))
          .register(registry);
    }
    Gauge.builder("koi.instances", koi, k -> k.status(name).instances())
        .description("Instances that are present, or were when the runtime was lost")
        .tags(own)
        .register(registry);
    count(registry, own, name, "koi.changes", "Changes of instances", BackendActivity::changes);
    count(
        registry,
        own,
        name,
        "koi.drift",
        "Changes that only a periodic list has shown",
        BackendActivity::drift);
    count(registry, own, name, "koi.hints", "Hints of the runtime", BackendActivity::hints);
    count(registry, own, name, "koi.looks", "Requests for one instance", BackendActivity::looks);
    count(registry, own, name, "koi.lists", "Requests for all instances", BackendActivity::lists);
    count(registry, own, name, "koi.connects", "Connections made", BackendActivity::connects);
    for (String method : METHODS) {
      count(
          registry,
          own.and("method", method),
          name,
          "koi.errors",
          "Calls of the backend that failed",
          activity -> activity.errors().getOrDefault(method, 0L));
    }
  }

  private void count(
      MeterRegistry registry,
      Tags own,
      String entry,
      String name,
      String description,
      ToLongFunction<BackendActivity> count) {
    FunctionCounter.builder(name, koi, k -> count.applyAsLong(k.status(entry).activity()))
        .description(description)
        .tags(own)
        .register(registry);
  }

  private void bindListeners(MeterRegistry registry, Map<String, List<Meter>> bound) {
    synchronized (bound) {
      Set<String> present =
          koi.status().listeners().stream().map(ListenerStatus::name).collect(Collectors.toSet());
      for (String gone : List.copyOf(bound.keySet())) {
        if (!present.contains(gone)) {
          bound.remove(gone).forEach(registry::remove);
        }
      }
      present.forEach(name -> bound.computeIfAbsent(name, any -> bindListener(registry, name)));
    }
  }

  private List<Meter> bindListener(MeterRegistry registry, String name) {
    Tags own = tags.and("listener", name);
    List<Meter> meters = new ArrayList<>();
    meters.add(
        Gauge.builder("koi.listener.lag", koi, k -> sum(k, name, ListenerStatus::pending))
            .description("Instances and entries of which the listener is still to be notified")
            .tags(own)
            .register(registry));
    record Count(String meter, String description, ToLongFunction<ListenerStatus> of) {}
    for (Count count :
        List.of(
            new Count("events", "Events delivered", ListenerStatus::told),
            new Count("conflated", "Changes merged into later ones", ListenerStatus::conflated),
            new Count("failures", "Exceptions thrown", ListenerStatus::failures))) {
      meters.add(
          FunctionCounter.builder(
                  "koi.listener." + count.meter(), koi, k -> sum(k, name, count.of()))
              .description(count.description())
              .tags(own)
              .register(registry));
    }
    return meters;
  }

  private static long sum(Koi koi, String name, ToLongFunction<ListenerStatus> count) {
    return koi.listeners().stream()
        .filter(listener -> listener.name().equals(name))
        .mapToLong(count)
        .sum();
  }
}
