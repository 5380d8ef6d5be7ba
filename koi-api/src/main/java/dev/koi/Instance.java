package dev.koi;

import static java.util.Objects.requireNonNull;

import dev.koi.labels.ComposeLabels;
import dev.koi.labels.QuadletLabels;
import dev.koi.text.Secrets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One running container, or the equivalent of another runtime, with the facts of the runtime in a
 * normal form.
 *
 * <p>Deeply immutable. All collections are sorted, so equal facts give equal values and equal JSON.
 * {@link #equals} compares everything but {@link #discoveredAt()}.
 */
public final class Instance {

  /** Everything that {@link Instance#equals} compares. */
  private record Facts(
      String backend,
      String id,
      String containerName,
      String image, // null if unknown
      InstanceState state,
      Health health,
      List<PortMapping> ports,
      List<ContainerPort> exposedPorts,
      List<Network> networks,
      SortedMap<String, String> labels,
      Instant startedAt, // null if unknown
      Compose compose, // null if none
      String pod, // null if none
      KoiMetadata metadata,
      boolean truncated) {}

  private final Facts facts;
  private final Instant discoveredAt;

  private Instance(Facts facts, Instant discoveredAt) {
    this.facts = facts;
    this.discoveredAt = discoveredAt;
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
    return facts.backend;
  }

  /** {@return the runtime's own full id; unique within a backend} */
  public String id() {
    return facts.id;
  }

  /**
   * {@return the name to show: the Compose service if the instance is a replica of one, else the
   * container's own name} Replicas of a service share this name. A container that {@code docker
   * compose run} has created keeps its own. The name that Podman's Quadlet derives from a unit
   * loses its prefix: {@code systemd-web} becomes {@code web}.
   */
  public String name() {
    return facts.compose == null || facts.compose.oneOff()
        ? QuadletLabels.name(facts.labels, facts.containerName)
        : facts.compose.service();
  }

  /** {@return the runtime's own name for it} */
  public String containerName() {
    return facts.containerName;
  }

  /** {@return the image it was made from, as the runtime shows it} */
  public Optional<String> image() {
    return Optional.ofNullable(facts.image);
  }

  /** {@return where it is in its life} */
  public InstanceState state() {
    return facts.state;
  }

  /** {@return what the runtime's own health check says} */
  public Health health() {
    return facts.health;
  }

  /** {@return the ports reachable through the host, sorted} */
  public List<PortMapping> ports() {
    return facts.ports;
  }

  /** {@return the ports it declares to listen on, published or not, sorted} */
  public List<ContainerPort> exposedPorts() {
    return facts.exposedPorts;
  }

  /** {@return the networks it is attached to, sorted by name} */
  public List<Network> networks() {
    return facts.networks;
  }

  /** {@return its addresses in all networks, sorted and without duplicates} */
  public List<String> ips() {
    SortedSet<String> ips = new TreeSet<>();
    for (Network network : facts.networks) {
      ips.addAll(network.ips());
    }
    return List.copyOf(ips);
  }

  /** {@return its labels, sorted by key} */
  public SortedMap<String, String> labels() {
    return facts.labels;
  }

  /** {@return when its present life began, by the runtime's clock} */
  public Optional<Instant> startedAt() {
    return Optional.ofNullable(facts.startedAt);
  }

  /** {@return when Koi first saw it} */
  public Instant discoveredAt() {
    return discoveredAt;
  }

  /** {@return its place in a Compose project, if it has one} */
  public Optional<Compose> compose() {
    return Optional.ofNullable(facts.compose);
  }

  /** {@return the name of the pod it is a member of, if it is in one and the name is known} */
  public Optional<String> pod() {
    return Optional.ofNullable(facts.pod);
  }

  /** {@return what its labels ask of Koi} */
  public KoiMetadata metadata() {
    return facts.metadata;
  }

  /**
   * {@return whether the runtime had more to say than is kept of one instance: names of 255
   * characters, an image of 512, 256 labels with keys of 255 and values of 4,096 characters, all
   * labels together 32,768; 1,024 published ports and as many exposed ones, 64 networks with 64
   * addresses each, an address of 64 characters} What is kept is the first by order, and the
   * beginning of a text; metadata is read from all labels before.
   */
  public boolean truncated() {
    return facts.truncated;
  }

  /**
   * {@return a copy with another discovery time}
   *
   * @param time the time at which Koi first saw the instance
   */
  public Instance withDiscoveredAt(Instant time) {
    return new Instance(facts, requireNonNull(time, "time"));
  }

  /**
   * {@return whether the other is the same life of the same instance: equal backend, id and start}
   * A restart begins another life. An unknown start equals every start.
   *
   * @param other any instance
   */
  public boolean sameLife(Instance other) {
    return facts.backend.equals(other.facts.backend)
        && facts.id.equals(other.facts.id)
        && (facts.startedAt == null
            || other.facts.startedAt == null
            || facts.startedAt.equals(other.facts.startedAt));
  }

  /**
   * {@return the wire names of the fields that differ, sorted}
   *
   * @param other the same instance at another time
   */
  public List<String> changedFields(Instance other) {
    SortedSet<String> changed = new TreeSet<>();
    for (InstanceField field : InstanceField.values()) {
      if (field.canChange() && !Objects.equals(field.of(this), field.of(other))) {
        changed.add(field.wireName());
      }
    }
    return List.copyOf(changed);
  }

  /**
   * {@return the instance in the form in which it is published: its fields by wire name, in a fixed
   * order} The values are texts, numbers, booleans, lists, and maps of these, which any JSON
   * library can write. A field without a value is left out.
   */
  public Map<String, Object> toMap() {
    return WireForm.of(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Instance that && facts.equals(that.facts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(facts.backend, facts.id, facts.state, facts.startedAt);
  }

  /** {@return the fields that can differ between two times, without the values of secret labels} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(facts.backend + "/" + name() + " " + facts.id + " {");
    for (InstanceField field : InstanceField.values()) {
      Object value = field == InstanceField.LABELS ? shownLabels() : field.of(this);
      if (field.canChange() && value != null) {
        text.append(field == InstanceField.CONTAINER_NAME ? "" : ", ");
        text.append(field.wireName()).append('=').append(value);
      }
    }
    return text.append('}').toString();
  }

  private Map<String, String> shownLabels() {
    Map<String, String> shown = new TreeMap<>(facts.labels);
    shown.replaceAll(Secrets::masked);
    return shown;
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
      Trimmer trimmer = new Trimmer();
      Facts facts =
          new Facts(
              backend,
              id,
              trimmer.text(containerName, Trimmer.MAX_NAME),
              trimmer.text(image, Trimmer.MAX_IMAGE),
              state,
              health,
              trimmer.ports(ports),
              trimmer.first(Trimmer.MAX_PORTS, exposedPorts),
              trimmer.networks(networks),
              trimmer.labels(labels),
              startedAt,
              trimmer.compose(ComposeLabels.read(labels)),
              trimmer.text(pod, Trimmer.MAX_NAME),
              new LabelReader(labels, announcement).read(),
              trimmer.trimmed()); // last: the others set it
      return new Instance(facts, discoveredAt == null ? Instant.now() : discoveredAt);
    }
  }
}
