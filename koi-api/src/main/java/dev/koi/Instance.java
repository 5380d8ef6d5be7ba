package dev.koi;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One running thing, as a runtime describes it and Koi normalises it: a container, usually.
 *
 * <p>Immutable all the way down, with every collection sorted, so that the same facts give the same
 * value and the same JSON. Two instances are equal if everything but {@link #discoveredAt()} is.
 */
public final class Instance {

  private final String backend;
  private final String id;
  private final String containerName;
  private final String image; // null if unknown
  private final InstanceState state;
  private final Health health;
  private final List<PortMapping> ports;
  private final List<ContainerPort> exposedPorts;
  private final List<Network> networks;
  private final SortedMap<String, String> labels;
  private final Instant startedAt; // null if unknown
  private final Instant discoveredAt;
  private final Compose compose; // null if none
  private final KoiMetadata metadata;

  private Instance(Builder builder) {
    backend = builder.backend;
    id = builder.id;
    containerName = builder.containerName;
    image = builder.image;
    state = builder.state;
    health = builder.health;
    ports = List.copyOf(new TreeSet<>(builder.ports));
    exposedPorts = List.copyOf(new TreeSet<>(builder.exposedPorts));
    networks = List.copyOf(new TreeSet<>(builder.networks));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(builder.labels));
    startedAt = builder.startedAt;
    discoveredAt = builder.discoveredAt == null ? Instant.now() : builder.discoveredAt;
    compose = Compose.fromLabels(labels).orElse(null);
    metadata = KoiMetadata.from(labels, builder.environment);
  }

  private Instance(Instance other, Instant discoveredAt) {
    backend = other.backend;
    id = other.id;
    containerName = other.containerName;
    image = other.image;
    state = other.state;
    health = other.health;
    ports = other.ports;
    exposedPorts = other.exposedPorts;
    networks = other.networks;
    labels = other.labels;
    startedAt = other.startedAt;
    this.discoveredAt = discoveredAt;
    compose = other.compose;
    metadata = other.metadata;
  }

  /**
   * Returns a builder for an instance that runs, which is what most are.
   *
   * @param backend the name of the configuration entry it was found through
   * @param id the runtime's own full id, not blank
   * @param containerName the runtime's own name for it, not blank
   */
  public static Builder builder(String backend, String id, String containerName) {
    return new Builder(backend, id, containerName);
  }

  /** Returns the name of the configuration entry it was found through, such as "docker". */
  public String backend() {
    return backend;
  }

  /** Returns the runtime's own full id; unique within a backend. */
  public String id() {
    return id;
  }

  /**
   * Returns the name people know it by: the Compose service if it belongs to one, else the
   * container's own name. Replicas share it.
   */
  public String name() {
    return compose == null ? containerName : compose.service();
  }

  /** Returns the runtime's own name for it. */
  public String containerName() {
    return containerName;
  }

  /** Returns the image it was made from, as the runtime shows it. */
  public Optional<String> image() {
    return Optional.ofNullable(image);
  }

  /** Returns where it is in its life. */
  public InstanceState state() {
    return state;
  }

  /** Returns what the runtime's own health check says. */
  public Health health() {
    return health;
  }

  /** Returns the ports reachable through the host, sorted. */
  public List<PortMapping> ports() {
    return ports;
  }

  /** Returns the ports it declares to listen on, published or not, sorted. */
  public List<ContainerPort> exposedPorts() {
    return exposedPorts;
  }

  /** Returns the networks it is attached to, sorted by name. */
  public List<Network> networks() {
    return networks;
  }

  /** Returns its addresses in all networks, sorted and without duplicates. */
  public List<String> ips() {
    return networks.stream()
        .flatMap(network -> network.ips().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** Returns its labels, sorted by key. */
  public SortedMap<String, String> labels() {
    return labels;
  }

  /** Returns when its present life began, by the runtime's clock. */
  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  /** Returns when Koi first saw it. */
  public Instant discoveredAt() {
    return discoveredAt;
  }

  /** Returns its place in a Compose project, if it has one. */
  public Optional<Compose> compose() {
    return Optional.ofNullable(compose);
  }

  /** Returns what its labels ask of Koi. */
  public KoiMetadata metadata() {
    return metadata;
  }

  /** Returns the same instance, first seen at another time. */
  public Instance withDiscoveredAt(Instant time) {
    return new Instance(this, requireNonNull(time, "time"));
  }

  /**
   * Returns whether the other is the same life of the same instance: same backend, id and start. A
   * restart begins another life.
   */
  public boolean sameLife(Instance other) {
    return backend.equals(other.backend)
        && id.equals(other.id)
        && Objects.equals(startedAt, other.startedAt);
  }

  /** Returns the wire names of the fields in which the other differs, sorted. */
  public List<String> changedFields(Instance other) {
    List<String> changed = new ArrayList<>();
    note(changed, "compose", compose, other.compose);
    note(changed, "container_name", containerName, other.containerName);
    note(changed, "exposed_ports", exposedPorts, other.exposedPorts);
    note(changed, "health", health, other.health);
    note(changed, "image", image, other.image);
    note(changed, "labels", labels, other.labels);
    note(changed, "metadata", metadata, other.metadata);
    note(changed, "networks", networks, other.networks);
    note(changed, "ports", ports, other.ports);
    note(changed, "started_at", startedAt, other.startedAt);
    note(changed, "state", state, other.state);
    return List.copyOf(changed);
  }

  private static void note(List<String> changed, String wireName, Object mine, Object other) {
    if (!Objects.equals(mine, other)) {
      changed.add(wireName);
    }
  }

  @Override
  public boolean equals(Object object) {
    return this == object
        || (object instanceof Instance other
            && backend.equals(other.backend)
            && id.equals(other.id)
            && changedFields(other).isEmpty());
  }

  @Override
  public int hashCode() {
    return Objects.hash(backend, id, state, startedAt);
  }

  @Override
  public String toString() {
    return backend + "/" + name() + " (" + id + ", " + state.wireName() + ")";
  }

  /** Collects an instance's facts. Not safe for use by several threads. */
  public static final class Builder {
    private final String backend;
    private final String id;
    private final String containerName;
    private String image;
    private InstanceState state = InstanceState.RUNNING;
    private Health health = Health.NONE;
    private Collection<PortMapping> ports = List.of();
    private Collection<ContainerPort> exposedPorts = List.of();
    private Collection<Network> networks = List.of();
    private Map<String, String> labels = Map.of();
    private Collection<String> environment = List.of();
    private Instant startedAt;
    private Instant discoveredAt;

    private Builder(String backend, String id, String containerName) {
      this.backend = requireText(backend, "backend");
      this.id = requireText(id, "id");
      this.containerName = requireText(containerName, "containerName");
    }

    private static String requireText(String text, String what) {
      if (requireNonNull(text, what).isBlank()) {
        throw new IllegalArgumentException(what + " must not be blank");
      }
      return text;
    }

    /** Sets the image, or {@code null} if unknown. */
    public Builder image(String image) {
      this.image = image;
      return this;
    }

    /** Sets the state; running unless set. */
    public Builder state(InstanceState state) {
      this.state = requireNonNull(state, "state");
      return this;
    }

    /** Sets the health; none unless set. */
    public Builder health(Health health) {
      this.health = requireNonNull(health, "health");
      return this;
    }

    /** Sets the published ports, in any order. */
    public Builder ports(Collection<PortMapping> ports) {
      this.ports = List.copyOf(ports);
      return this;
    }

    /** Sets the ports declared to be listened on, in any order. */
    public Builder exposedPorts(Collection<ContainerPort> ports) {
      this.exposedPorts = List.copyOf(ports);
      return this;
    }

    /** Sets the networks, in any order. */
    public Builder networks(Collection<Network> networks) {
      this.networks = List.copyOf(networks);
      return this;
    }

    /** Sets the labels. */
    public Builder labels(Map<String, String> labels) {
      this.labels = Map.copyOf(labels);
      return this;
    }

    /**
     * Gives the environment as {@code NAME=value} strings. Only {@code KOI_MDNS_ANNOUNCE} is looked
     * up; nothing of it is kept.
     */
    public Builder environment(Collection<String> environment) {
      this.environment = List.copyOf(environment);
      return this;
    }

    /** Sets when its present life began, or {@code null} if unknown. */
    public Builder startedAt(Instant startedAt) {
      this.startedAt = startedAt;
      return this;
    }

    /** Sets when it was first seen; now unless set. */
    public Builder discoveredAt(Instant discoveredAt) {
      this.discoveredAt = requireNonNull(discoveredAt, "discoveredAt");
      return this;
    }

    /** Returns the instance. */
    public Instance build() {
      return new Instance(this);
    }
  }
}
