package dev.koi.core.filter;

import dev.koi.Instance;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Matches instances by one of the names, one of the states and all of the labels. */
public record InstanceFilter(List<Pattern> names, List<String> labels, List<String> states)
    implements Predicate<Instance> {

  private static final List<String> STATES =
      List.of("running", "paused", "restarting", "starting", "healthy", "unhealthy");

  /** Copies all. */
  public InstanceFilter {
    names = List.copyOf(names);
    labels = List.copyOf(labels);
    states = List.copyOf(states);
  }

  /**
   * Returns the filter of these names, labels and states; an empty list lets all pass.
   *
   * @param names globs of names and container names
   * @param labels each {@code KEY} or {@code KEY=VALUE}
   * @param states of an instance or of its health
   * @throws IllegalArgumentException if one is invalid; the message begins with "label" or "state"
   */
  public static InstanceFilter of(List<String> names, List<String> labels, List<String> states) {
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
    return new InstanceFilter(names.stream().map(InstanceFilter::glob).toList(), labels, states);
  }

  private static Pattern glob(String glob) {
    String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.compile(regex, Pattern.DOTALL);
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
            || states.contains(instance.health().wireName()));
  }

  private static boolean named(Pattern name, Instance instance) {
    return name.matcher(instance.name()).matches()
        || name.matcher(instance.containerName()).matches();
  }

  private static boolean labelled(String label, Instance instance) {
    int equals = label.indexOf('=');
    return equals < 0
        ? instance.labels().containsKey(label)
        : label.substring(equals + 1).equals(instance.labels().get(label.substring(0, equals)));
  }
}
