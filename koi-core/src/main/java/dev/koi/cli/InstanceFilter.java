package dev.koi.cli;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which instances are asked for. Of several names or states one is enough; every label must be
 * there.
 */
record InstanceFilter(List<Pattern> names, List<String> labels, List<String> states)
    implements Predicate<Instance> {

  static InstanceFilter of(List<String> names, List<String> labels, List<String> states)
      throws UsageException {
    for (String label : labels) {
      if (label.isEmpty() || label.startsWith("=")) {
        throw new UsageException("--label needs KEY or KEY=VALUE, but was given '" + label + "'");
      }
    }
    List<String> known = knownStates();
    for (String state : states) {
      if (!known.contains(state)) {
        throw new UsageException(
            "--state must be one of " + String.join(", ", known) + ", but was '" + state + "'");
      }
    }
    return new InstanceFilter(
        names.stream().map(InstanceFilter::glob).toList(), List.copyOf(labels), states);
  }

  private static List<String> knownStates() {
    List<String> known = new ArrayList<>();
    for (InstanceState state : InstanceState.values()) {
      if (state.present()) {
        known.add(state.wireName());
      }
    }
    for (Health health : Health.values()) {
      if (health != Health.NONE) {
        known.add(health.wireName());
      }
    }
    return known;
  }

  private static Pattern glob(String glob) {
    String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  boolean isEmpty() {
    return names.isEmpty() && labels.isEmpty() && states.isEmpty();
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
