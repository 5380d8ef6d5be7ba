package dev.koi.docker.instances;

import dev.koi.Instance;
import dev.koi.Network;
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
 * its pod. Forgets whatever a list no longer holds. All containers of an engine have a share of
 * Java's memory, so that no engine takes that of another one. Thread-safe.
 */
final class SeenInstances implements SeenContainers {

  private static final int BYTES_OF_ANY = 700; // of the smallest instance, about
  private static final int BYTES_OF_PART = 150; // of a port, a label, a network
  private static final int BYTES_OF_EXPOSED_PORT = 50;

  private final long share; // in bytes
  private long taken; // guarded by this
  private final Map<String, Instance> instances = new ConcurrentHashMap<>();
  private final Map<String, List<String>> environments = new ConcurrentHashMap<>(); // few have one
  private final Map<String, Set<String>> networkOwners = new ConcurrentHashMap<>();
  private final Map<String, Membership> memberships = new ConcurrentHashMap<>();

  /** Makes one that holds about so many bytes. */
  SeenInstances(long share) {
    this.share = share;
  }

  /** Returns how many containers there may be. */
  int mostContainers() {
    return (int) Math.min(Integer.MAX_VALUE, share / BYTES_OF_ANY);
  }

  /** Returns how many bytes are left. */
  synchronized long room() {
    return share - taken;
  }

  /** Returns the limit and its reason, for messages. */
  String limit() {
    return String.format(
        "because those of one engine may take %d MiB, a part of Java's memory (see -Xmx)",
        share >> 20);
  }

  /**
   * What no inspection tells of a container.
   *
   * @param pod the name of its pod; empty if it is in none or it is unknown
   * @param infrastructure whether it holds the pod
   */
  record Membership(String pod, boolean infrastructure) {
    static final Membership NONE = new Membership("", false);
  }

  /** Notes what an inspection has shown; returns false if there is no room for that. */
  synchronized boolean add(Instance instance, List<String> environment) {
    Instance before = instances.get(instance.id());
    long more =
        bytes(instance, environment)
            - (before == null ? 0 : bytes(before, environment(before.id())));
    if (more > 0 && taken + more > share) {
      return false;
    }
    taken += more;
    instances.put(instance.id(), instance);
    if (environment.isEmpty()) {
      environments.remove(instance.id());
    } else {
      environments.put(instance.id(), List.copyOf(environment));
    }
    return true;
  }

  static long bytes(Instance instance, List<String> environment) {
    long bytes = BYTES_OF_ANY;
    for (Map.Entry<String, String> label : instance.labels().entrySet()) {
      bytes += BYTES_OF_PART + 2L * (label.getKey().length() + label.getValue().length());
    }
    for (Network network : instance.networks()) {
      bytes += BYTES_OF_PART * (1L + network.ips().size());
    }
    for (String variable : environment) {
      bytes += BYTES_OF_PART + 2L * variable.length();
    }
    return bytes
        + (long) BYTES_OF_PART * instance.ports().size()
        + (long) BYTES_OF_EXPOSED_PORT * instance.exposedPorts().size();
  }

  private void forget(String id) {
    Instance instance = instances.remove(id);
    taken -= instance == null ? 0 : bytes(instance, environment(id));
    environments.remove(id);
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

  synchronized void remove(String id) {
    forget(id);
    networkOwners.remove(id);
    memberships.remove(id);
  }

  synchronized void retainOnly(Collection<String> ids) {
    List.copyOf(instances.keySet()).stream().filter(id -> !ids.contains(id)).forEach(this::forget);
    networkOwners.keySet().retainAll(ids);
    memberships.keySet().retainAll(ids);
  }

  @Override
  public Optional<Instance> instance(String id) {
    return Optional.ofNullable(instances.get(id));
  }

  @Override
  public synchronized void ended(String id) {
    forget(id);
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
