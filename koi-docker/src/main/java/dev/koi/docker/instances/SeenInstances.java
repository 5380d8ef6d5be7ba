package dev.koi.docker.instances;

import dev.koi.Instance;
import dev.koi.docker.dialect.SeenContainers;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Remembers the present containers of one connection: how each looked, whose network it uses, and
 * its pod. Forgets whatever a list no longer holds. Thread-safe.
 */
final class SeenInstances implements SeenContainers {

  private final Map<String, Instance> instances = new ConcurrentHashMap<>();
  private final Map<String, List<String>> environments = new ConcurrentHashMap<>(); // few have one
  private final Map<String, Set<String>> networkOwners = new ConcurrentHashMap<>();
  private final Map<String, Membership> memberships = new ConcurrentHashMap<>();

  /**
   * What no inspection tells of a container.
   *
   * @param pod the name of its pod; empty if it is in none or it is unknown
   * @param infrastructure whether it holds the pod
   */
  record Membership(String pod, boolean infrastructure) {
    static final Membership NONE = new Membership("", false);
  }

  /** Notes what an inspection has shown. */
  void add(Instance instance, List<String> environment) {
    instances.put(instance.id(), instance);
    if (environment.isEmpty()) {
      environments.remove(instance.id());
    } else {
      environments.put(instance.id(), List.copyOf(environment));
    }
  }

  List<String> environment(String id) {
    return environments.getOrDefault(id, List.of());
  }

  /** Notes whose network a container uses, also through others. */
  void add(String guest, Set<String> owners) {
    if (owners.isEmpty()) {
      networkOwners.remove(guest);
    } else {
      networkOwners.put(guest, Set.copyOf(owners));
    }
  }

  void add(String id, Membership membership) {
    memberships.put(id, membership);
  }

  boolean isGuest(String id) {
    return networkOwners.containsKey(id);
  }

  Optional<Membership> membership(String id) {
    return Optional.ofNullable(memberships.get(id));
  }

  void remove(String id) {
    instances.remove(id);
    environments.remove(id);
    networkOwners.remove(id);
    memberships.remove(id);
  }

  void retainOnly(Collection<String> ids) {
    instances.keySet().retainAll(ids);
    environments.keySet().retainAll(ids);
    networkOwners.keySet().retainAll(ids);
    memberships.keySet().retainAll(ids);
  }

  @Override
  public Optional<Instance> instance(String id) {
    return Optional.ofNullable(instances.get(id));
  }

  @Override
  public void ended(String id) {
    instances.remove(id);
  }

  @Override
  public Set<String> guests(String owner) {
    return networkOwners.isEmpty()
        ? Set.of()
        : networkOwners.entrySet().stream()
            .filter(entry -> entry.getValue().contains(owner))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
  }
}
