package dev.koi.docker.instances;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The present containers whose last inspection failed or hung, and why. The log has one line when
 * that begins, and one when it ends. Thread-safe.
 */
final class Uninspected {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);
  private static final int MOST_NAMES = 3;
  private static final int SOME = 4; // if very many hang, the next list is soon enough
  private static final int MOST = 10_000; // more are ever-new ones, between two lists

  /**
   * Why a container was not inspected.
   *
   * @param name the container's
   */
  record Failure(String name, String reason) {}

  private final Map<String, Failure> failures = new ConcurrentSkipListMap<>(); // by id

  /** Notes failures, by id. */
  void addAll(Map<String, Failure> latest) {
    if (failures.size() > MOST) {
      failures.clear();
    }
    Map<String, Failure> fresh = new LinkedHashMap<>();
    latest.forEach(
        (id, failure) -> {
          if (failures.put(id, failure) == null) {
            fresh.put(id, failure);
          }
        });
    if (!fresh.isEmpty()) {
      log.warn("{}", sentence(List.copyOf(fresh.values())));
    }
  }

  /** Returns the ids of some. */
  List<String> some() {
    return failures.keySet().stream().limit(SOME).toList();
  }

  boolean contains(String id) {
    return failures.containsKey(id);
  }

  /** The container was inspected, or has gone. */
  void remove(String id) {
    Failure failure = failures.remove(id);
    if (failure != null) {
      log.info("{} can be inspected again, or has gone", failure.name());
    }
  }

  void retainOnly(Set<String> ids) {
    failures.keySet().retainAll(ids);
  }

  /** Returns what Koi does not know of which containers, and why; empty if it knows all. */
  String limitation() {
    List<Failure> all = List.copyOf(failures.values());
    return all.isEmpty() ? "" : sentence(all);
  }

  private static String sentence(Collection<Failure> failures) {
    String names =
        failures.stream().limit(MOST_NAMES).map(Failure::name).collect(Collectors.joining(", "));
    int others = failures.size() - MOST_NAMES;
    return names
        + (others > 0 ? " and " + others + " more" : "")
        + " cannot be inspected, so health, start and addresses are missing or old: "
        + failures.iterator().next().reason();
  }
}
