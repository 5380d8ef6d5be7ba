package dev.koi.core.filter;

import dev.koi.Compose;
import dev.koi.Instance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Matches instances by all of the labels, and by one each of the other lists unless it is empty.
 */
public record InstanceFilter(
    List<Glob> names,
    List<String> labels,
    List<String> states,
    List<String> groups,
    List<String> hosts)
    implements Predicate<Instance> {

  private static final List<String> STATES =
      List.of("running", "paused", "restarting", "starting", "healthy", "unhealthy");

  /** Copies all. */
  public InstanceFilter {
    names = List.copyOf(names);
    labels = List.copyOf(labels);
    states = List.copyOf(states);
    groups = List.copyOf(groups);
    hosts = List.copyOf(hosts);
  }

  /**
   * Returns the filter of these values; an empty list, or none, lets all pass.
   *
   * @param values by name: {@code name}, globs of names and container names; {@code label}, each
   *     {@code KEY} or {@code KEY=VALUE}; {@code state}, of an instance or of its health; {@code
   *     group}, also of Compose; {@code host}. Others are ignored
   * @throws IllegalArgumentException if one is invalid; the message begins with its name
   */
  public static InstanceFilter of(Map<String, List<String>> values) {
    List<String> labels = values.getOrDefault("label", List.of());
    List<String> states = values.getOrDefault("state", List.of());
    for (String label : labels) {
      if (label.isEmpty() || label.startsWith("=")) {
        throw new IllegalArgumentException(
            "label needs KEY or KEY=VALUE, but was given '" + label + "'");
      }
    }
    for (String state : states) {
      if (!STATES.contains(state)) {
        throw new IllegalArgumentException(
            "state must be one of " + String.join(", ", STATES) + ", but was '" + state + "'");
      }
    }
    return new InstanceFilter(
        values.getOrDefault("name", List.of()).stream().map(Glob::new).toList(),
        labels,
        states,
        values.getOrDefault("group", List.of()),
        values.getOrDefault("host", List.of()));
  }

  /** Counts the instances that may fit, but have more labels than Koi keeps. */
  public long unclear(List<Instance> all) {
    return labels.isEmpty()
        ? 0
        : all.stream().filter(instance -> instance.truncated() && !test(instance)).count();
  }

  @Override
  public boolean test(Instance instance) {
    return (names.isEmpty() || names.stream().anyMatch(name -> named(name, instance)))
        && labels.stream().allMatch(label -> labelled(label, instance))
        && (states.isEmpty()
            || states.contains(instance.state().wireName())
            || states.contains(instance.health().wireName()))
        && (groups.isEmpty() || groups.stream().anyMatch(group -> grouped(group, instance)))
        && (hosts.isEmpty() || instance.host().filter(hosts::contains).isPresent());
  }

  private static boolean named(Glob name, Instance instance) {
    return name.matches(instance.name()) || name.matches(instance.containerName());
  }

  private static boolean grouped(String group, Instance instance) {
    return instance.group().equals(Optional.of(group))
        || instance.compose().map(Compose::project).equals(Optional.of(group));
  }

  private static boolean labelled(String label, Instance instance) {
    int equals = label.indexOf('=');
    return equals < 0
        ? instance.labels().containsKey(label)
        : label.substring(equals + 1).equals(instance.labels().get(label.substring(0, equals)));
  }
}
