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
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  private static final List<Count<BackendActivity>> OF_ENTRIES =
      List.of(
          new Count<>("koi.changes", "Changes of instances", BackendActivity::changes),
          new Count<>(
              "koi.drift", "Changes that only a periodic list has shown", BackendActivity::drift),
          new Count<>("koi.hints", "Hints of the runtime", BackendActivity::hints),
          new Count<>("koi.looks", "Requests for one instance", BackendActivity::looks),
          new Count<>("koi.lists", "Requests for all instances", BackendActivity::lists),
          new Count<>("koi.connects", "Connections made", BackendActivity::connects));

  private static final List<Count<ListenerStatus>> OF_LISTENERS =
      List.of(
          new Count<>("koi.listener.events", "Events delivered", ListenerStatus::told),
          new Count<>(
              "koi.listener.conflated",
              "Changes merged into later ones",
              ListenerStatus::conflated),
          new Count<>("koi.listener.failures", "Exceptions thrown", ListenerStatus::failures));

  /** A counter, and the number in each status of which it is the sum. */
  private record Count<T>(String meter, String description, ToLongFunction<T> of) {
    Meter bind(MeterRegistry registry, Koi koi, Tags tags, Function<Koi, Stream<T>> statuses) {
      return FunctionCounter.builder(meter, koi, k -> sum(statuses.apply(k), of))
          .description(description)
          .tags(tags)
          .register(registry);
    }
  }

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
    for (Count<BackendActivity> count : OF_ENTRIES) {
      var unused = count.bind(registry, koi, own, k -> Stream.of(k.status(name).activity()));
    }
    for (String method : METHODS) {
      Count<BackendActivity> errors =
          new Count<>(
              "koi.errors",
              "Calls of the backend that failed",
              activity -> activity.errors().getOrDefault(method, 0L));
      var unused =
          errors.bind(
              registry, koi, own.and("method", method), k -> Stream.of(k.status(name).activity()));
    }
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
        Gauge.builder("koi.listener.lag", koi, k -> sum(of(k, name), ListenerStatus::pending))
            .description("Instances and entries of which the listener is still to be notified")
            .tags(own)
            .register(registry));
    OF_LISTENERS.forEach(count -> meters.add(count.bind(registry, koi, own, k -> of(k, name))));
    return meters;
  }

  private static Stream<ListenerStatus> of(Koi koi, String listener) {
    return koi.listeners().stream().filter(status -> status.name().equals(listener));
  }

  private static <T> long sum(Stream<T> statuses, ToLongFunction<T> of) {
    return statuses.mapToLong(of).sum();
  }
}
