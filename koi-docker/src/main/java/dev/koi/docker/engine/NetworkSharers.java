package dev.koi.docker.engine;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Which containers live in the network of which others. What happens to those others changes their
 * own addresses and ports, but the engine's events do not name them.
 */
final class NetworkSharers {

  private final Map<String, Set<String>> owners = new ConcurrentHashMap<>();

  /** Notes whose network a container lives in; nobody's if the set is empty. */
  void note(String id, Set<String> ownersOfItsNetwork) {
    if (ownersOfItsNetwork.isEmpty()) {
      owners.remove(id);
    } else {
      owners.put(id, Set.copyOf(ownersOfItsNetwork));
    }
  }

  /** Returns the containers that live in the network of that one. */
  Set<String> of(String owner) {
    return owners.entrySet().stream()
        .filter(entry -> entry.getValue().contains(owner))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
