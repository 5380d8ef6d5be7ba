package dev.koi;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.koi.labels.ComposeLabels;
import dev.koi.labels.QuadletLabels;
import dev.koi.text.Secrets;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
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

  private final Map<InstanceField, Object> values; // has no null

  private Instance(Map<InstanceField, Object> values) {
    this.values = values;
  }

  /**
   * {@return a builder for an instance, which is running unless another state is set}
   *
   * @param backend the name of the backend's configuration entry, not blank
   * @param id the runtime's full id, not blank, at most 512 characters
   * @param containerName the runtime's name for the instance, not blank
   */
  public static Builder builder(String backend, String id, String containerName) {
    return new Builder(backend, id, containerName);
  }

  /** {@return the name of the configuration entry of its backend, such as "docker"} */
  public String backend() {
    return value(InstanceField.BACKEND);
  }

  /** {@return the runtime's full id; unique within a backend} */
  public String id() {
    return value(InstanceField.ID);
  }

  /**
   * {@return the name to show: the Compose service if the instance is a replica of one, else the
   * container's own name} Replicas of a service share this name. A container that {@code docker
   * compose run} has created keeps its own. The name that Podman's Quadlet derives from a unit
   * loses its prefix: {@code systemd-web} becomes {@code web}.
   */
  public String name() {
    return value(InstanceField.NAME);
  }

  /** {@return the runtime's name for the instance} */
  public String containerName() {
    return value(InstanceField.CONTAINER_NAME);
  }

  /** {@return the image it was created from, as the runtime shows it} */
  public Optional<String> image() {
    return Optional.ofNullable(value(InstanceField.IMAGE));
  }

  /** {@return its state} */
  public InstanceState state() {
    return value(InstanceField.STATE);
  }

  /** {@return the result of the runtime's health check} */
  public Health health() {
    return value(InstanceField.HEALTH);
  }

  /** {@return the ports published on the host, sorted} */
  public List<PortMapping> ports() {
    return value(InstanceField.PORTS);
  }

  /** {@return the ports it exposes, published or not, sorted} */
  public List<ContainerPort> exposedPorts() {
    return value(InstanceField.EXPOSED_PORTS);
  }

  /** {@return the networks it is connected to, sorted by name} */
  public List<Network> networks() {
    return value(InstanceField.NETWORKS);
  }

  /** {@return its addresses in all networks, sorted, without duplicates} */
  public List<String> ips() {
    return value(InstanceField.IPS);
  }

  /** {@return its labels, sorted by key} */
  public SortedMap<String, String> labels() {
    return value(InstanceField.LABELS);
  }

  /** {@return the time of its last start, by the runtime's clock} */
  public Optional<Instant> startedAt() {
    return Optional.ofNullable(value(InstanceField.STARTED_AT));
  }

  /**
   * {@return what the runtime itself counts or names its starts by, such as a number of restarts}
   * It distinguishes two starts within one tick of the runtime's clock.
   */
  public Optional<String> life() {
    return Optional.ofNullable(value(InstanceField.LIFE));
  }

  /** {@return the time at which Koi first saw it} */
  public Instant discoveredAt() {
    return value(InstanceField.DISCOVERED_AT);
  }

  /** {@return its place in a Compose project, if Compose created it} */
  public Optional<Compose> compose() {
    return Optional.ofNullable(value(InstanceField.COMPOSE));
  }

  /** {@return the name of its pod, if it is in a pod whose name is known} */
  public Optional<String> pod() {
    return Optional.ofNullable(value(InstanceField.POD));
  }

  /**
   * {@return the runtime's own group that it is in, such as a namespace or a project of the
   * runtime} A Compose project is in {@link #compose()} only.
   */
  public Optional<String> group() {
    return Optional.ofNullable(value(InstanceField.GROUP));
  }

  /** {@return the machine on which it runs, if its backend shows several machines} */
  public Optional<String> host() {
    return Optional.ofNullable(value(InstanceField.HOST));
  }

  /** {@return the settings for Koi in its labels} */
  public KoiMetadata metadata() {
    return value(InstanceField.METADATA);
  }

  /**
   * {@return whether Koi has cut facts of this instance to its limits} The limits: 255 characters
   * for a name and 512 for an image; 256 labels with keys of 255 and values of 4,096 characters,
   * and 32,768 characters for all labels; 1,024 published and 1,024 exposed ports; 64 networks with
   * 64 addresses of 64 characters each. Koi keeps the first elements in sort order, and the
   * beginning of a text. Metadata is read from the complete labels.
   */
  public boolean truncated() {
    return values.containsKey(InstanceField.TRUNCATED);
  }

  /**
   * {@return a copy with another discovery time}
   *
   * @param time the time at which Koi first saw the instance
   */
  public Instance withDiscoveredAt(Instant time) {
    Map<InstanceField, Object> copy = new EnumMap<>(values);
    copy.put(InstanceField.DISCOVERED_AT, requireNonNull(time, "time"));
    return new Instance(copy);
  }

  /**
   * {@return whether the other is the same life of the same instance: equal backend, id, start and
   * {@link #life()}} A restart begins another life. An unknown start or life equals every other.
   *
   * @param other any instance
   */
  public boolean sameLife(Instance other) {
    return backend().equals(other.backend())
        && id().equals(other.id())
        && mayEqual(startedAt(), other.startedAt())
        && mayEqual(life(), other.life());
  }

  private static boolean mayEqual(Optional<?> one, Optional<?> other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }

  /**
   * {@return the wire names of the fields that differ, sorted}
   *
   * @param other the same instance at another time
   */
  public List<String> changedFields(Instance other) {
    SortedSet<String> changed = new TreeSet<>();
    for (InstanceField field : InstanceField.values()) {
      if (field.canChange() && !Objects.equals(values.get(field), other.values.get(field))) {
        changed.add(field.toString());
      }
    }
    return List.copyOf(changed);
  }

  /**
   * {@return the instance in the form in which it is published: its fields by wire name, in a fixed
   * order} The values are texts, numbers, booleans, lists, and maps of these, which any JSON
   * library can write. A field without a value is left out.
   */
  @JsonValue
  public Map<String, Object> toMap() {
    return WireForm.of(values);
  }

  /**
   * {@return an instance from the form in which another Koi has published it: the inverse of {@link
   * #toMap}} For a backend whose runtime is other Kois. The map is not trusted: facts are cut to
   * the limits of {@link #truncated}, settings for Koi that are invalid are left out, a state of a
   * later version is unknown, and unknown fields are ignored.
   *
   * @param backend the name of the backend's configuration entry, not blank
   * @param id its id within that backend, not blank, at most 512 characters
   * @param published the fields by wire name; backend and id among them are ignored
   * @throws IllegalArgumentException if a field is missing or has another type; names the field
   */
  public static Instance fromMap(String backend, String id, Map<String, ?> published) {
    PublishedForm form = new PublishedForm(published);
    Instance built = form.builder(backend, id).build();
    Map<InstanceField, Object> values = new EnumMap<>(built.values);
    values.remove(InstanceField.COMPOSE);
    values.putAll(form.derived(built.metadata()));
    return new Instance(values);
  }

  /** Returns the value of a field, or null; the builder has put one of the accessor's type. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <T> T value(InstanceField field) {
    return (T) values.get(field);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Instance other
        && backend().equals(other.backend())
        && id().equals(other.id())
        && changedFields(other).isEmpty();
  }

  @Override
  public int hashCode() {
    return Objects.hash(backend(), id(), state(), startedAt());
  }

  /**
   * {@return the fields that can differ between two times; the values of secret labels are masked}
   */
  @Override
  public String toString() {
    Map<InstanceField, Object> shown = new EnumMap<>(values);
    shown.keySet().removeIf(field -> !field.canChange());
    Map<String, String> labels = new TreeMap<>(labels());
    labels.replaceAll(Secrets::masked);
    shown.put(InstanceField.LABELS, labels);
    return backend() + "/" + name() + " " + id() + " " + shown;
  }

  /** Collects the facts of an instance. Not thread-safe. */
  public static final class Builder {
    private static final int MAX_ID = 512; // a longer id is refused: a cut id would be another id

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
    private String group; // null if none
    private String host; // null if none
    private String life; // null if unknown
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
     * @param image as the runtime shows it; {@code null} if unknown
     * @return this builder
     */
    public Builder image(String image) {
      this.image = image;
      return this;
    }

    /**
     * Sets the state. The default is running.
     *
     * @param state not null
     * @return this builder
     */
    public Builder state(InstanceState state) {
      this.state = requireNonNull(state, "state");
      return this;
    }

    /**
     * Sets the health. The default is none.
     *
     * @param health the result of the runtime's health check
     * @return this builder
     */
    public Builder health(Health health) {
      this.health = requireNonNull(health, "health");
      return this;
    }

    /**
     * Sets the published ports. The default is none.
     *
     * @param ports in any order
     * @return this builder
     */
    public Builder ports(Collection<PortMapping> ports) {
      this.ports = List.copyOf(ports);
      return this;
    }

    /**
     * Sets the exposed ports. The default is none.
     *
     * @param ports in any order
     * @return this builder
     */
    public Builder exposedPorts(Collection<ContainerPort> ports) {
      this.exposedPorts = List.copyOf(ports);
      return this;
    }

    /**
     * Sets the networks. The default is none.
     *
     * @param networks in any order
     * @return this builder
     */
    public Builder networks(Collection<Network> networks) {
      this.networks = List.copyOf(networks);
      return this;
    }

    /**
     * Sets the labels. The default is none.
     *
     * @param labels all labels, unchanged
     * @return this builder
     */
    public Builder labels(Map<String, String> labels) {
      this.labels = Map.copyOf(labels);
      return this;
    }

    /**
     * Sets the name of its pod.
     *
     * @param pod as the runtime shows it; {@code null} if it is in no pod or the name is unknown
     * @return this builder
     */
    public Builder pod(String pod) {
      this.pod = pod;
      return this;
    }

    /**
     * Sets the runtime's own group that it is in, such as a namespace.
     *
     * @param group as the runtime shows it, not blank; {@code null} if it has none
     * @return this builder
     */
    public Builder group(String group) {
      this.group = group == null ? null : requireText(group, "group");
      return this;
    }

    /**
     * Sets the machine on which it runs, for a backend that shows several machines.
     *
     * @param host the machine's name, not blank; {@code null} if unknown
     * @return this builder
     */
    public Builder host(String host) {
      this.host = host == null ? null : requireText(host, "host");
      return this;
    }

    /**
     * Sets what the runtime itself counts or names its starts by. It must differ after each
     * restart.
     *
     * @param life such as a number of restarts, not blank; {@code null} if there is none
     * @return this builder
     */
    public Builder life(String life) {
      this.life = life == null ? null : requireText(life, "life");
      return this;
    }

    /**
     * Reads {@code KOI_MDNS_ANNOUNCE} from the environment. No other value is read or kept.
     *
     * @param environment {@code NAME=value} texts
     * @return this builder
     */
    public Builder environment(Collection<String> environment) {
      this.announcement = LabelReader.announcement(environment);
      return this;
    }

    /**
     * Sets the time of its last start.
     *
     * @param startedAt by the runtime's clock; {@code null} if unknown
     * @return this builder
     */
    public Builder startedAt(Instant startedAt) {
      this.startedAt = startedAt;
      return this;
    }

    /**
     * Sets the time at which Koi first saw it. The default is now.
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
      String shortName = trimmer.text(containerName, Trimmer.MAX_NAME);
      Compose compose = trimmer.compose(ComposeLabels.read(labels));
      List<Network> shortNetworks = trimmer.networks(networks);
      SortedSet<String> ips = new TreeSet<>();
      shortNetworks.forEach(network -> ips.addAll(network.ips()));
      Map<InstanceField, Object> values = new EnumMap<>(InstanceField.class);
      values.put(InstanceField.ID, id);
      values.put(
          InstanceField.NAME,
          compose == null || compose.oneOff()
              ? QuadletLabels.name(labels, shortName)
              : compose.service());
      values.put(InstanceField.CONTAINER_NAME, shortName);
      values.put(InstanceField.IMAGE, trimmer.text(image, Trimmer.MAX_IMAGE));
      values.put(InstanceField.BACKEND, backend);
      values.put(InstanceField.STATE, state);
      values.put(InstanceField.HEALTH, health);
      values.put(InstanceField.PORTS, trimmer.ports(ports));
      values.put(InstanceField.EXPOSED_PORTS, trimmer.first(Trimmer.MAX_PORTS, exposedPorts));
      values.put(InstanceField.IPS, List.copyOf(ips));
      values.put(InstanceField.NETWORKS, shortNetworks);
      values.put(InstanceField.LABELS, trimmer.labels(labels));
      values.put(InstanceField.COMPOSE, compose);
      values.put(InstanceField.POD, trimmer.text(pod, Trimmer.MAX_NAME));
      values.put(InstanceField.GROUP, trimmer.text(group, Trimmer.MAX_NAME));
      values.put(InstanceField.HOST, trimmer.text(host, Trimmer.MAX_NAME));
      values.put(InstanceField.METADATA, new LabelReader(labels, announcement).read());
      values.put(InstanceField.STARTED_AT, startedAt);
      values.put(InstanceField.LIFE, trimmer.text(life, Trimmer.MAX_NAME));
      values.put(InstanceField.DISCOVERED_AT, discoveredAt == null ? Instant.now() : discoveredAt);
      values.put(InstanceField.TRUNCATED, trimmer.trimmed() ? true : null);
      values.values().removeIf(Objects::isNull);
      return new Instance(values);
    }
  }
}
