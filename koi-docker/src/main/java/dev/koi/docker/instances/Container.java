package dev.koi.docker.instances;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.docker.dialect.EngineDialect;
import dev.koi.docker.instances.SeenInstances.Membership;
import dev.koi.docker.json.Json;
import dev.koi.text.Prefix;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The facts that an engine's answer tells of one container, from an inspection or from a row of a
 * list, Docker's or Podman's own. Lenient: what is missing, null or of another type counts as not
 * there. Of texts and collections no more is kept than a little more than an {@code Instance}
 * holds, which marks that it was cut; of the environment, only Koi's own variables; of the command,
 * what tells an engine's own containers.
 */
final class Container {

  private static final int MAX_KEPT = 2048;
  private static final int MAX_NAME = 600; // characters, as of an image
  private static final int MAX_VALUE = 4200; // of a label or a variable
  private static final int MAX_CHARACTERS = 1 << 18; // of all labels, variables and addresses
  private static final int MAX_COMMAND = 40;

  /** A label that an {@code Instance} leaves out, and then says that it was cut. */
  private static final Map<String, String> CUT = Map.of("x".repeat(MAX_NAME), "");

  private static final String OWN_VARIABLES = "KOI_";
  private static final String SHARED_NETWORK = "container:";
  private static final String IMAGE_ID = "sha256:";

  private static final Set<String> HEALTH_FIELDS = Set.of("Status");

  private final Json json;
  private String id = "";
  private String name = "";
  private String image = "";
  private String command = "";
  private String status = "";
  private boolean running;
  private String health = "";
  private String startedAt = "";
  private String startedAtSecond = ""; // as Podman's own list tells it
  private String networkMode = "";
  private String pod = "";
  private boolean podKnown; // only Podman's own list names pods
  private boolean infrastructure; // as that list says it
  private final ContainerPorts ports;
  private final ContainerNetworks networks;
  private final Map<String, String> labels = new HashMap<>();
  private int room = MAX_CHARACTERS;
  private final List<String> environment = new ArrayList<>();

  private Container(Json json) {
    this.json = json;
    this.ports = new ContainerPorts(json);
    this.networks = new ContainerNetworks(json, this::hasRoom);
  }

  /** Reads the answer to an inspection. */
  static Container inspected(Json json) throws IOException {
    Container container = new Container(json);
    json.onlyObject(() -> json.object(container::inspectionField));
    return container;
  }

  /** Reads the row on which the reader stands; of a row that is no object, everything is empty. */
  static Container row(Json json) throws IOException {
    Container container = new Container(json);
    container.running = true; // unless its state says otherwise
    json.object(container::rowField);
    return container;
  }

  /** Reads of the row on which the reader stands only id, state and pod. */
  static Container rowHead(Json json) throws IOException {
    Container container = new Container(json);
    json.object(container::rowHeadField);
    return container;
  }

  private void inspectionField(String field) throws IOException {
    switch (field) {
      case "Id" -> id = text();
      case "Name" -> name = plainName(text());
      case "Path" -> addCommand();
      case "Args" -> json.array(this::addCommand);
      case "State" -> json.object(this::stateField);
      case "Config" -> json.object(this::configField);
      case "HostConfig" -> json.object(this::hostConfigField);
      case "NetworkSettings" -> json.object(this::networkField);
      default -> {}
    }
  }

  private void stateField(String field) throws IOException {
    switch (field) {
      case "Status" -> status = text();
      case "Running" -> running = json.isTrue();
      case "StartedAt" -> startedAt = text();
      case "Health" -> health = Prefix.of(json.texts(HEALTH_FIELDS).get("Status"), MAX_NAME);
      default -> {}
    }
  }

  private void configField(String field) throws IOException {
    switch (field) {
      case "Image" -> image = text();
      case "Labels" -> json.object(this::addLabel);
      case "ExposedPorts" -> json.object(ports::expose);
      case "Env" -> json.array(this::addVariable);
      default -> {}
    }
  }

  private void hostConfigField(String field) throws IOException {
    if (field.equals("NetworkMode")) {
      networkMode = text();
    }
  }

  private void networkField(String field) throws IOException {
    switch (field) {
      case "Ports" -> json.object(ports::addBindings); // of an inspection only
      case "Networks" -> json.object(networks::add);
      default -> {}
    }
  }

  private void rowField(String field) throws IOException {
    switch (field) {
      case "Names" -> json.array(this::addName);
      case "Image" -> image = text();
      case "Command" -> {
        addCommand(); // Docker's
        json.array(this::addCommand); // Podman's
      }
      case "Labels" -> json.object(this::addLabel);
      case "Ports" -> json.array(ports::addPort);
      case "NetworkSettings" -> json.object(this::networkField); // Docker's
      case "StartedAt" -> startedAtSecond = text(); // Podman's
      case "Networks" -> json.array(networks::addName);
      default -> rowHeadField(field);
    }
  }

  private void rowHeadField(String field) throws IOException {
    switch (field) {
      case "Id" -> id = text();
      case "State" -> status = text();
      case "PodName" -> {
        pod = text();
        podKnown = true;
      }
      case "IsInfra" -> infrastructure = json.isTrue();
      default -> {}
    }
  }

  /** The names by which linked containers call it have a slash of their own, as in /web/db. */
  private void addName() throws IOException {
    String next = plainName(text());
    if (name.isEmpty() || (name.contains("/") && !next.contains("/"))) {
      name = next;
    }
  }

  private String text() throws IOException {
    return json.text(MAX_NAME);
  }

  /** Returns whether these texts may be kept. */
  private boolean hasRoom(int characters) {
    room -= Math.min(room, characters);
    return room > 0;
  }

  private static String plainName(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private void addCommand() throws IOException {
    if (json.isText() && command.length() < MAX_COMMAND) {
      command = (command + " " + text()).strip();
    }
  }

  private void addVariable() throws IOException {
    String variable = json.text(MAX_VALUE);
    if (variable.startsWith(OWN_VARIABLES)
        && environment.size() < MAX_KEPT
        && hasRoom(variable.length())) {
      environment.add(variable);
    }
  }

  private void addLabel(String key) throws IOException {
    if (json.isText() && labels.size() < MAX_KEPT) {
      String name = Prefix.of(key, MAX_NAME);
      String value = json.text(MAX_VALUE);
      if (hasRoom(name.length() + value.length())) {
        labels.put(name, value);
      }
    }
  }

  /**
   * Adds to a row what only inspections tell, as the last one has shown it; nothing of another life
   * of the container.
   *
   * @param variables of its environment
   * @param guest whether it uses another container's network
   */
  void addDetails(Instance last, List<String> variables, boolean guest) {
    String second =
        last.startedAt().map(time -> String.valueOf(time.getEpochSecond())).orElse(startedAtSecond);
    if (!startedAtSecond.isEmpty() && !startedAtSecond.equals(second)) {
      return;
    }
    if (image.isEmpty() || image.startsWith(IMAGE_ID)) {
      image = last.image().orElse(image); // Docker's row shows an id once the tag has moved
    }
    health = last.health().wireName();
    startedAt = last.startedAt().map(Instant::toString).orElse("");
    environment.addAll(variables);
    ports.exposeAll(last.exposedPorts());
    networks.addAddresses(last.networks());
    if (guest) {
      addNetworkOf(last);
    }
  }

  /** Adds the network of its owner, as it was last seen. */
  void addNetworkOf(Instance last) {
    ports.addAllIfNone(last.ports());
    ports.exposeAll(last.exposedPorts());
    networks.addMissing(last.networks());
  }

  String id() {
    return id;
  }

  /** Returns Koi's own variables of the environment. */
  List<String> environment() {
    return environment;
  }

  /** Returns what a row of Podman's own list tells of the container's pod. */
  Optional<Membership> membership() {
    return podKnown ? Optional.of(new Membership(pod, infrastructure)) : Optional.empty();
  }

  /** Returns the id of the container in whose network this one lives, if it does. */
  Optional<String> networkOwner() {
    return networkMode.startsWith(SHARED_NETWORK)
        ? Optional.of(networkMode.substring(SHARED_NETWORK.length()))
        : Optional.empty();
  }

  boolean hasNetworks() {
    return !networks.isEmpty();
  }

  boolean isInfrastructure(EngineDialect dialect) {
    return infrastructure || dialect.isInfrastructure(name, image, command, labels);
  }

  /** Returns the state of a container that is present. */
  private static Optional<InstanceState> state(String status, boolean running) {
    return switch (status) {
      // Podman's "stopping": told to stop, but its process still runs
      case "running", "stopping" -> Optional.of(InstanceState.RUNNING);
      case "paused" -> Optional.of(InstanceState.PAUSED);
      case "restarting" -> Optional.of(InstanceState.RESTARTING);
      case "created", "initialized", "exited", "stopped", "removing", "dead" -> Optional.empty();
      default -> running ? Optional.of(InstanceState.UNKNOWN) : Optional.empty();
    };
  }

  /** Returns whether a row leaves it open that the container is present; an inspection tells. */
  boolean mayBePresent() {
    return state(status, true).isPresent();
  }

  /**
   * Returns the instance; empty if it is not present.
   *
   * <p>A container in the host's network publishes nothing, so it has exposed ports only.
   *
   * @param backend the name of the configuration entry
   * @param network the container in whose network it lives; mostly the same
   * @param podName the name of its pod; empty if there is none or it is unknown
   */
  Optional<Instance> instance(String backend, Container network, String podName) {
    return builder(backend, podName)
        .map(
            instance ->
                instance
                    .ports(network.ports.published())
                    .exposedPorts(ports.exposed(network.ports))
                    .networks(network.networks.attached(network.networkMode))
                    .labels(labels)
                    .environment(environment)
                    .build());
  }

  /** Returns the instance without what may be large; it says that it was cut. */
  Optional<Instance> brief(String backend, String podName) {
    return builder(backend, podName).map(instance -> instance.labels(CUT).build());
  }

  private Optional<Instance.Builder> builder(String backend, String podName) {
    return state(status, running)
        .map(
            state ->
                Instance.builder(backend, id, name.isBlank() ? id : name)
                    .image(image.isEmpty() ? null : image)
                    .state(state)
                    .health(health())
                    .startedAt(Times.parse(startedAt).orElse(null))
                    .pod(podName.isEmpty() ? null : podName));
  }

  private Health health() {
    return switch (health) {
      case "starting" -> Health.STARTING;
      case "healthy" -> Health.HEALTHY;
      case "unhealthy" -> Health.UNHEALTHY;
      default -> Health.NONE; // absent, "none", and Podman 4's ""
    };
  }
}
