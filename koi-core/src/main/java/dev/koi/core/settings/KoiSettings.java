package dev.koi.core.settings;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The whole configuration.
 *
 * @param timing deadlines and intervals
 * @param backends the entries, sorted by name
 * @param only the names of the entries to use; empty for all
 */
public record KoiSettings(Timing timing, List<BackendSettings> backends, Set<String> only) {
  /** Copies the collections; requires that no two entries have the same name. */
  public KoiSettings {
    Set<String> names = new HashSet<>();
    for (BackendSettings entry : backends) {
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException("there are two entries named '" + entry.name() + "'");
      }
    }
    backends = List.copyOf(backends);
    only = Set.copyOf(only);
  }

  /** Returns the same, with only the entries of those names in use; all if there are none. */
  public KoiSettings only(Collection<String> names) {
    return new KoiSettings(timing, backends, Set.copyOf(names));
  }
}
