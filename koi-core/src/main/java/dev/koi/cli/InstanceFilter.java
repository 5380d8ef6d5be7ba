package dev.koi.cli;

import dev.koi.Compose;
import dev.koi.Instance;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Matches instances by all of the labels, and by one each of the other lists unless it is empty.
 */
record InstanceFilter(
    List<Pattern> names,
    List<String> labels,
    List<String> states,
    List<String> groups,
    List<String> hosts)
    implements Predicate<Instance> {

  private static final List<String> STATES =
      List.of("running", "paused", "restarting", "starting", "healthy", "unhealthy");

  /** Makes the filter of a command line, from the values of each option. */
  static InstanceFilter of(Function<Option, List<String>> values) throws UsageException {
    List<String> labels = values.apply(Option.LABEL);
    List<String> states = values.apply(Option.STATE);
    for (String label : labels) {
      if (label.isEmpty() || label.startsWith("=")) {
        throw new UsageException("--label needs KEY or KEY=VALUE, but was given '" + label + "'");
      }
    }
    for (String state : states) {
      if (!STATES.contains(state)) {
        throw new UsageException(
            "--state must be one of " + String.join(", ", STATES) + ", but was '" + state + "'");
      }
    }
    return new InstanceFilter(
        values.apply(Option.NAME).stream().map(InstanceFilter::glob).toList(),
        labels,
        states,
        values.apply(Option.GROUP),
        values.apply(Option.HOST));
  }

  private static Pattern glob(String glob) {
    String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  /** Returns a message if labels that the model has dropped may hide a match. */
  Optional<String> limitation(List<Instance> all) {
    long cut = all.stream().filter(instance -> instance.truncated() && !test(instance)).count();
    return labels.isEmpty() || cut == 0
        ? Optional.empty()
        : Optional.of(
            "koi: instances with more labels than Koi keeps: "
                + cut
                + "; --label does not see all of theirs");
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

  private static boolean named(Pattern name, Instance instance) {
    return name.matcher(instance.name()).matches()
        || name.matcher(instance.containerName()).matches();
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
