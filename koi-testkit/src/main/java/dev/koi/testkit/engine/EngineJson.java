package dev.koi.testkit.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.koi.testkit.engine.Container.Attachment;
import dev.koi.testkit.engine.ContainerSpec.PortRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes answers and events in one dialect: a real engine's answers, with the facts of a simulated
 * container put in.
 */
final class EngineJson {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private final Dialect dialect;
  private final ObjectNode template;
  private final String inspectText;

  EngineJson(Dialect dialect) {
    this.dialect = dialect;
    try (InputStream in = EngineJson.class.getResourceAsStream(dialect.template())) {
      template = (ObjectNode) MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + dialect.template(), e);
    }
    inspectText = template.get("inspect").toString();
  }

  /** Headers of every answer, or those that only /_ping adds. */
  Map<String, String> headers(String part) {
    Map<String, String> headers = new TreeMap<>();
    template.get(part).properties().forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
    return headers;
  }

  ObjectNode version() {
    return template.get("version").deepCopy();
  }

  ObjectNode row(Container c, Instant now) {
    ObjectNode row = template.get("list").deepCopy();
    row.put("Id", c.id);
    row.putArray("Names").add("/" + c.name);
    row.put("Image", c.spec.image);
    row.put("ImageID", imageId(c));
    row.put("Command", String.join(" ", c.spec.command));
    row.put("Created", c.created.getEpochSecond());
    listPorts(row.putArray("Ports"), c);
    row.set("Labels", MAPPER.valueToTree(c.spec.labels));
    row.put("State", c.status);
    row.put("Status", statusText(c, now));
    if (row.get("HostConfig") instanceof ObjectNode host) {
      host.put("NetworkMode", networkMode(c));
    }
    networks((ObjectNode) row.at("/NetworkSettings/Networks"), c, false);
    return row;
  }

  ObjectNode inspect(Container c) {
    ObjectNode answer;
    try {
      String text = inspectText.replace("{id12}", c.id.substring(0, 12)).replace("{id}", c.id);
      answer = (ObjectNode) MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    answer.put("Created", c.created.toString());
    answer.put("Path", c.spec.command.get(0));
    c.spec.command.stream().skip(1).forEach(((ArrayNode) answer.get("Args"))::add);
    answer.put("Image", imageId(c));
    answer.put("Name", "/" + c.name);
    answer.put("RestartCount", c.restartCount);
    state((ObjectNode) answer.get("State"), c);
    hostConfig((ObjectNode) answer.get("HostConfig"), c);
    config((ObjectNode) answer.get("Config"), c);
    networkSettings((ObjectNode) answer.get("NetworkSettings"), c);
    if (dialect.podman() && !c.up()) {
      ((ObjectNode) answer.at("/GraphDriver/Data")).remove("MergedDir");
    }
    return answer;
  }

  private void state(ObjectNode state, Container c) {
    boolean restarting = c.status.equals("restarting");
    state.put("Status", c.status);
    state.put("Running", c.up() || restarting);
    state.put("Paused", c.status.equals("paused"));
    state.put("Restarting", restarting);
    state.put("Pid", c.up() ? c.pid : 0);
    state.put("ExitCode", c.exitCode);
    state.put("StartedAt", c.started.equals(Instant.EPOCH) ? NEVER : c.started.toString());
    state.put("FinishedAt", c.finished.equals(Instant.EPOCH) ? NEVER : c.finished.toString());
    // Podman 4 has the key for every container.
    if (!c.health.isEmpty() || dialect == Dialect.PODMAN_4) {
      ObjectNode health = state.putObject("Health").put("Status", c.health);
      health.put("FailingStreak", c.failingProbes);
      health.set("Log", dialect.podman() ? null : MAPPER.createArrayNode());
    }
  }

  private void hostConfig(ObjectNode host, Container c) {
    host.put("NetworkMode", networkMode(c));
    host.put("AutoRemove", c.spec.autoRemove);
    if (!c.spec.restart.isEmpty()) {
      String[] policy = c.spec.restart.split(":", 2);
      ObjectNode restart = host.putObject("RestartPolicy").put("Name", policy[0]);
      restart.put("MaximumRetryCount", policy.length < 2 ? 0 : Integer.parseInt(policy[1]));
    }
    if (c.status.equals("created")) {
      host.remove("Annotations"); // Podman adds them at the first start
    }
    ObjectNode bindings = (ObjectNode) host.get("PortBindings");
    // Docker shows what was asked for, Podman what was chosen.
    for (PortRequest port : dialect.podman() ? c.ports : c.spec.ports) {
      if (port.published()) {
        bind(bindings, port, dialect.podman() ? podmanHostIp(port) : port.hostIp());
      }
    }
  }

  private void config(ObjectNode config, Container c) {
    if (!c.spec.ports.isEmpty()) {
      ObjectNode exposed = MAPPER.createObjectNode();
      c.spec.ports.forEach(port -> exposed.putObject(port.key()));
      config.set("ExposedPorts", exposed);
    }
    ArrayNode env = config.withArrayProperty("Env");
    c.spec.env.forEach(env::add);
    config.set("Cmd", MAPPER.valueToTree(c.spec.command));
    config.put("Image", c.spec.image);
    config.set("Labels", MAPPER.valueToTree(c.spec.labels));
    if (!c.spec.healthcheck.isEmpty()) {
      ObjectNode check = config.putObject("Healthcheck");
      check.putArray("Test").add("CMD-SHELL").add(c.spec.healthcheck);
      check.put("Interval", 30_000_000_000L).put("Timeout", 30_000_000_000L).put("Retries", 3);
    }
  }

  private void networkSettings(ObjectNode settings, Container c) {
    ObjectNode ports = (ObjectNode) settings.get("Ports");
    // Docker forgets the ports of a container that ended; Podman does not.
    if ((c.up() || dialect.podman()) && !c.sharesHostNetwork()) {
      for (PortRequest port : c.ports) {
        if (!port.published()) {
          ports.putNull(port.key());
        } else if (dialect.podman()) {
          bind(ports, port, podmanHostIp(port));
        } else {
          dockerHostIps(port).forEach(ip -> bind(ports, port, ip));
        }
      }
    }
    networks((ObjectNode) settings.get("Networks"), c, true);
    Attachment first = c.networks.get(dialect.defaultNetwork());
    if (c.up() && first != null) {
      settings.put("Gateway", first.gateway()).put("IPAddress", first.ip());
      settings.put("IPPrefixLen", first.prefixLength()).put("MacAddress", first.mac());
    }
  }

  private void networks(ObjectNode networks, Container c, boolean inspect) {
    for (Attachment at : c.networks.values()) {
      if (dialect == Dialect.PODMAN_4 && at.ip().isEmpty()) {
        continue; // host and none
      }
      ObjectNode endpoint = template.get("endpoint").deepCopy();
      boolean custom = !at.network().equals(dialect.defaultNetwork()) && !at.ip().isEmpty();
      ArrayNode aliases = MAPPER.createArrayNode();
      if (custom) {
        c.spec.aliases.forEach(aliases::add);
      }
      if (dialect.podman() || dialect == Dialect.DOCKER_20) {
        aliases.add(c.id.substring(0, 12));
      }
      if (dialect.podman() || (inspect && custom && !aliases.isEmpty())) {
        endpoint.set("Aliases", aliases);
      }
      boolean nameless = dialect.podman() || !c.status.equals("created");
      endpoint.put("NetworkID", nameless ? at.networkId() : "");
      if (c.up()) {
        endpoint.put("Gateway", at.gateway()).put("IPAddress", at.ip());
        endpoint.put("IPPrefixLen", at.prefixLength()).put("MacAddress", at.mac());
      }
      networks.set(at.network(), endpoint);
    }
  }

  private void listPorts(ArrayNode rows, Container c) {
    if (c.sharesHostNetwork() || (!dialect.podman() && !c.up())) {
      return;
    }
    List<PortRequest> ports =
        c.ports.stream()
            .sorted(Comparator.comparing(PortRequest::hostIp).thenComparing(PortRequest::hostPort))
            .toList();
    PortRequest before = null;
    for (PortRequest port : ports) {
      if (!dialect.podman()) {
        (port.published() ? dockerHostIps(port) : List.of("")).forEach(ip -> row(rows, port, ip));
      } else if (port.published() && !continues(before, port)) {
        row(rows, port, podmanHostIp(port).equals("0.0.0.0") ? "" : podmanHostIp(port));
      }
      before = port;
    }
  }

  /** Podman up to 5.4 keeps adjacent mappings as a range and lists only the first. */
  private static boolean continues(PortRequest before, PortRequest port) {
    return before != null
        && before.hostIp().equals(port.hostIp())
        && before.protocol().equals(port.protocol())
        && before.hostPort() + 1 == port.hostPort()
        && before.containerPort() + 1 == port.containerPort();
  }

  private static void row(ArrayNode rows, PortRequest port, String hostIp) {
    ObjectNode row = rows.addObject();
    if (!hostIp.isEmpty()) {
      row.put("IP", hostIp);
    }
    row.put("PrivatePort", port.containerPort());
    if (port.published()) {
      row.put("PublicPort", port.hostPort());
    }
    row.put("Type", port.protocol());
  }

  private static void bind(ObjectNode bindings, PortRequest port, String hostIp) {
    ObjectNode binding = bindings.withArrayProperty(port.key()).addObject();
    binding.put("HostIp", hostIp);
    binding.put("HostPort", port.hostPort() == 0 ? "" : Integer.toString(port.hostPort()));
  }

  /** Docker listens on both families unless told an address. */
  private static List<String> dockerHostIps(PortRequest port) {
    return port.hostIp().isEmpty() ? List.of("0.0.0.0", "::") : List.of(port.hostIp());
  }

  private String podmanHostIp(PortRequest port) {
    boolean all = port.hostIp().isEmpty() || port.hostIp().equals("0.0.0.0");
    return all ? (dialect == Dialect.PODMAN_4 ? "" : "0.0.0.0") : port.hostIp();
  }

  private String networkMode(Container c) {
    boolean special = c.sharesHostNetwork() || c.spec.network.equals("none");
    if (special || (!dialect.podman() && !c.spec.network.isEmpty())) {
      return c.spec.network;
    }
    return dialect == Dialect.DOCKER_20 ? "default" : "bridge";
  }

  private static String imageId(Container c) {
    return "sha256:" + Hex.of("image " + c.spec.image);
  }

  private String statusText(Container c, Instant now) {
    if (c.status.equals("created")) {
      return "Created";
    }
    if (c.up()) {
      String health = c.health.equals("starting") ? "health: starting" : c.health;
      return "Up "
          + age(c.started, now)
          + (c.status.equals("paused")
              ? " (Paused)"
              : health.isEmpty() || dialect.podman() ? "" : " (" + health + ")");
    }
    String verb = c.status.equals("restarting") ? "Restarting (" : "Exited (";
    return verb + c.exitCode + ") " + age(c.finished, now) + " ago";
  }

  private static String age(Instant since, Instant now) {
    Duration age = Duration.between(since, now);
    if (age.toSeconds() < 1) {
      return "Less than a second";
    }
    if (age.toMinutes() < 1) {
      return age.toSeconds() == 1 ? "1 second" : age.toSeconds() + " seconds";
    }
    if (age.toHours() < 1) {
      return age.toMinutes() == 1 ? "About a minute" : age.toMinutes() + " minutes";
    }
    return age.toHours() == 1 ? "About an hour" : age.toHours() + " hours";
  }
}
