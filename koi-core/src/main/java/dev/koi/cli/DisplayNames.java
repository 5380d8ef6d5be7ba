package dev.koi.cli;

import dev.koi.Instance;
import java.util.HashMap;
import java.util.Map;

/**
 * Unambiguous names of instances: replicas of a service share a name, so the container's name is
 * shown as well. Not safe for use by several threads.
 */
final class DisplayNames {

  private final Map<String, Integer> counts = new HashMap<>(); // by backend and name

  void add(Instance instance) {
    counts.merge(key(instance), 1, Integer::sum);
  }

  void remove(Instance instance) {
    counts.merge(key(instance), -1, DisplayNames::sumOrNone);
  }

  private static Integer sumOrNone(int count, int more) {
    int sum = count + more;
    return sum == 0 ? null : sum;
  }

  String of(Instance instance) {
    String own = ownName(instance);
    boolean clear = instance.name().equals(own) || !isShared(instance);
    return clear ? instance.name() : instance.name() + " (" + own + ")";
  }

  /** Returns the name; if several instances share it, the group and the container's name. */
  String shortest(Instance instance) {
    return isShared(instance) ? ownName(instance) : instance.name();
  }

  private static String ownName(Instance instance) {
    return instance.group().map(group -> group + "/").orElse("") + instance.containerName();
  }

  private boolean isShared(Instance instance) {
    return counts.getOrDefault(key(instance), 0) > 1;
  }

  private static String key(Instance instance) {
    return instance.backend() + "/" + instance.name();
  }
}
