package dev.koi;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One running thing, as a runtime describes it and Koi normalises it: a container, usually.
 *
 * <p>Immutable all the way down, with every collection sorted, so that the same facts give the same
 * value and the same JSON. Two instances are equal if everything but {@link #discoveredAt()} is.
 */
public final class Instance {

  /** The label Podman gives to a container that a systemd unit runs. */
  private static final String UNIT = "PODMAN_SYSTEMD_UNIT";

  private static final Pattern QUADLET_NAME = Pattern.compile("systemd-\\S+");

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
  private final String pod; // null if none
  private final KoiMetadata metadata;
  private final boolean truncated;

  private Instance(Builder builder) {
    backend = builder.backend;
    id = builder.id;
    Trimmer trimmer = new Trimmer();
    containerName = trimmer.text(builder.containerName, Trimmer.MAX_NAME);
    image = builder.image == null ? null : trimmer.text(builder.image, Trimmer.MAX_IMAGE);
    state = builder.state;
    health = builder.health;
    ports = trimmer.ports(builder.ports);
    exposedPorts = trimmer.first(Trimmer.MAX_PORTS, builder.exposedPorts);
    networks = trimmer.networks(builder.networks);
    labels = trimmer.labels(builder.labels);
    startedAt = builder.startedAt;
    discoveredAt = builder.discoveredAt == null ? Instant.now() : builder.discoveredAt;
    compose = Compose.fromLabels(builder.labels, trimmer);
    pod = builder.pod == null ? null : trimmer.text(builder.pod, Trimmer.MAX_NAME);
    metadata = new LabelReader(builder.labels, builder.announcement).read();
    truncated = trimmer.trimmed();
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
    pod = other.pod;
    metadata = other.metadata;
    truncated = other.truncated;
  }

  /**
   * {@return a builder for an instance that runs, which is what most are}
   *
   * @param backend the name of the configuration entry it was found through
   * @param id the runtime's own full id, not blank, at most 512 characters
   * @param containerName the runtime's own name for it, not blank
   */
  public static Builder builder(String backend, String id, String containerName) {
    return new Builder(backend, id, containerName);
  }

  /** {@return the name of the configuration entry it was found through, such as "docker"} */
  public String backend() {
    return backend;
  }

  /** {@return the runtime's own full id; unique within a backend} */
  public String id() {
    return id;
  }

  /**
   * {@return the name people know it by: the Compose service if it belongs to one, else the
   * container's own name} Replicas share it. A name that Podman's Quadlet has made up of a unit's,
   * such as {@code systemd-web} for {@code web.container}, counts without its beginning.
   */
  public String name() {
    if (compose != null) {
      return compose.service();
    }
    return labels.containsKey(UNIT) && QUADLET_NAME.matcher(containerName).matches()
        ? containerName.substring("systemd-".length())
        : containerName;
  }

  /** {@return the runtime's own name for it} */
  public String containerName() {
    return containerName;
  }

  /** {@return the image it was made from, as the runtime shows it} */
  public Optional<String> image() {
    return Optional.ofNullable(image);
  }

  /** {@return where it is in its life} */
  public InstanceState state() {
    return state;
  }

  /** {@return what the runtime's own health check says} */
  public Health health() {
    return health;
  }

  /** {@return the ports reachable through the host, sorted} */
  public List<PortMapping> ports() {
    return ports;
  }

  /** {@return the ports it declares to listen on, published or not, sorted} */
  public List<ContainerPort> exposedPorts() {
    return exposedPorts;
  }

  /** {@return the networks it is attached to, sorted by name} */
  public List<Network> networks() {
    return networks;
  }

  /** {@return its addresses in all networks, sorted and without duplicates} */
  public List<String> ips() {
    SortedSet<String> ips = new TreeSet<>();
    for (Network network : networks) {
      ips.addAll(network.ips());
    }
    return List.copyOf(ips);
  }

  /** {@return its labels, sorted by key} */
  public SortedMap<String, String> labels() {
    return labels;
  }

  /** {@return when its present life began, by the runtime's clock} */
  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  /** {@return when Koi first saw it} */
  public Instant discoveredAt() {
    return discoveredAt;
  }

  /** {@return its place in a Compose project, if it has one} */
  public Optional<Compose> compose() {
    return Optional.ofNullable(compose);
  }

  /** {@return the name of the pod it is a member of, if it is in one and the name is known} */
  public Optional<String> pod() {
    return Optional.ofNullable(pod);
  }

  /** {@return what its labels ask of Koi} */
  public KoiMetadata metadata() {
    return metadata;
  }

  /**
   * {@return whether the runtime had more to say than is kept of one instance: names of 255
   * characters, an image of 512, 256 labels with keys of 255 and values of 4,096 characters, all
   * labels together 32,768; 1,024 published ports and as many exposed ones, 64 networks with 64
   * addresses each, an address of 64 characters} What is kept is the first by order, and the
   * beginning of a text; metadata is read from all labels before.
   */
  public boolean truncated() {
    return truncated;
  }

  /**
   * {@return the same instance, first seen at another time}
   *
   * @param time when it was first seen
   */
  public Instance withDiscoveredAt(Instant time) {
    return new Instance(this, requireNonNull(time, "time"));
  }

  /**
   * {@return whether the other is the same life of the same instance: same backend, id and start} A
   * restart begins another life. A start that one of the two does not know is no difference.
   *
   * @param other any instance
   */
  public boolean sameLife(Instance other) {
    return backend.equals(other.backend)
        && id.equals(other.id)
        && (startedAt == null || other.startedAt == null || startedAt.equals(other.startedAt));
  }

  /**
   * {@return the wire names of the fields in which the other differs, sorted}
   *
   * @param other the same instance at another time
   */
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
    note(changed, "pod", pod, other.pod);
    note(changed, "ports", ports, other.ports);
    note(changed, "started_at", startedAt, other.startedAt);
    note(changed, "state", state, other.state);
    note(changed, "truncated", truncated, other.truncated);
    return List.copyOf(changed);
  }

  private static void note(List<String> changed, String wireName, Object mine, Object other) {
    if (!Objects.equals(mine, other)) {
      changed.add(wireName);
    }
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Instance other
        && backend.equals(other.backend)
        && id.equals(other.id)
        && changedFields(other).isEmpty();
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
    private static final int MAX_ID = 512; // an id cannot be cut: it would be another

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
    private String pod; // null if none
    private String announcement; // null if none
    private Instant startedAt;
    private Instant discoveredAt;

    private Builder(String backend, String id, String containerName) {
      this.backend = requireText(backend, "backend");
      this.id = requireText(id, "id");
      if (id.length() > MAX_ID) {
        throw new IllegalArgumentException(
            "id must be at most " + MAX_ID + " characters but has " + id.length());
      }
      this.containerName = requireText(containerName, "containerName");
    }

    private static String requireText(String text, String what) {
      if (requireNonNull(text, what).isBlank()) {
        throw new IllegalArgumentException(what + " must not be blank");
      }
      return text;
    }

    /**
     * Sets the image.
     *
     * @param image as the runtime shows it, or {@code null} if unknown
     * @return this builder
     */
    public Builder image(String image) {
      this.image = image;
      return this;
    }

    /**
     * Sets the state; running unless set.
     *
     * @param state where it is in its life
     * @return this builder
     */
    public Builder state(InstanceState state) {
      this.state = requireNonNull(state, "state");
      return this;
    }

    /**
     * Sets the health; none unless set.
     *
     * @param health what the runtime's own health check says
     * @return this builder
     */
    public Builder health(Health health) {
      this.health = requireNonNull(health, "health");
      return this;
    }

    /**
     * Sets the published ports; none unless set.
     *
     * @param ports in any order
     * @return this builder
     */
    public Builder ports(Collection<PortMapping> ports) {
      this.ports = List.copyOf(ports);
      return this;
    }

    /**
     * Sets the ports it declares to listen on; none unless set.
     *
     * @param ports in any order
     * @return this builder
     */
    public Builder exposedPorts(Collection<ContainerPort> ports) {
      this.exposedPorts = List.copyOf(ports);
      return this;
    }

    /**
     * Sets the networks; none unless set.
     *
     * @param networks in any order
     * @return this builder
     */
    public Builder networks(Collection<Network> networks) {
      this.networks = List.copyOf(networks);
      return this;
    }

    /**
     * Sets the labels; none unless set.
     *
     * @param labels all of them, as they were set
     * @return this builder
     */
    public Builder labels(Map<String, String> labels) {
      this.labels = Map.copyOf(labels);
      return this;
    }

    /**
     * Sets the name of the pod it is a member of.
     *
     * @param pod as the runtime shows it, or {@code null} if there is none or it is unknown
     * @return this builder
     */
    public Builder pod(String pod) {
      this.pod = pod;
      return this;
    }

    /**
     * Gives the environment, in which only {@code KOI_MDNS_ANNOUNCE} is looked up; nothing else of
     * it is kept.
     *
     * @param environment {@code NAME=value} texts
     * @return this builder
     */
    public Builder environment(Collection<String> environment) {
      this.announcement = LabelReader.announcement(environment);
      return this;
    }

    /**
     * Sets when its present life began.
     *
     * @param startedAt by the runtime's clock, or {@code null} if unknown
     * @return this builder
     */
    public Builder startedAt(Instant startedAt) {
      this.startedAt = startedAt;
      return this;
    }

    /**
     * Sets when it was first seen; now unless set.
     *
     * @param discoveredAt by Koi's clock
     * @return this builder
     */
    public Builder discoveredAt(Instant discoveredAt) {
      this.discoveredAt = requireNonNull(discoveredAt, "discoveredAt");
      return this;
    }

    /** {@return the instance} */
    public Instance build() {
      return new Instance(this);
    }
  }
}
