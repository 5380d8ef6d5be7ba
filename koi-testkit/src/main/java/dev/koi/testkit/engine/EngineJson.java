package dev.koi.testkit.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.koi.testkit.engine.Container.Attachment;
import dev.koi.testkit.engine.ContainerSpec.Port;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Describes containers in one dialect: the answers of the real engine, in which {@code "{fact}"}
 * stands for a fact about the container and is left out where there is none, and a key {@code
 * "Name?fact"} is there only if the fact is true.
 */
final class EngineJson {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Attachment NOWHERE = new Attachment("", "", "", 0, "", "");

  private final Dialect dialect;
  private final JsonNode template;

  EngineJson(Dialect dialect) {
    this.dialect = dialect;
    try (InputStream in = EngineJson.class.getResourceAsStream(dialect.template())) {
      template = MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + dialect.template(), e);
    }
  }

  /** A copy of a part of the template that has no holes. */
  ObjectNode part(String name) {
    return template.get(name).deepCopy();
  }

  JsonNode row(Container c, Instant now) {
    Map<String, Object> facts = facts(c);
    facts.put("names", List.of("/" + c.name));
    facts.put("commandLine", String.join(" ", c.spec.command));
    facts.put("createdSeconds", c.created.getEpochSecond());
    facts.put("listPorts", listPorts(c));
    facts.put("listNetworks", networks(c, false));
    facts.put("status", statusText(c, now));
    return fill(template.get("list"), facts);
  }

  /** A row of the list of Podman's own API. */
  JsonNode podmanRow(Container c) {
    Map<String, Object> row = new TreeMap<>();
    row.put("Id", c.id);
    row.put("Names", List.of(c.name));
    row.put("Image", c.spec.image);
    row.put("Command", c.spec.command);
    row.put("State", c.status);
    row.put("Labels", c.spec.labels.isEmpty() ? null : c.spec.labels);
    row.put("Networks", new ArrayList<>(networks(c, false).keySet()));
    row.put("Created", c.created.toString());
    row.put("StartedAt", c.started.getEpochSecond());
    row.put("IsInfra", false);
    row.put("Pod", "");
    row.put("PodName", "");
    List<Object> ports = new ArrayList<>();
    for (Port port : c.ports) {
      if (port.published()) {
        Map<String, Object> shown = new TreeMap<>();
        shown.put("host_ip", podmanHostIp(port));
        shown.put("host_port", port.hostPort());
        shown.put("container_port", port.containerPort());
        shown.put("range", 1);
        shown.put("protocol", port.protocol());
        ports.add(shown);
      }
    }
    row.put("Ports", ports.isEmpty() ? null : ports);
    return MAPPER.valueToTree(row);
  }

  JsonNode inspect(Container c) {
    Map<String, Object> facts = facts(c);
    facts.put("created", c.created.toString());
    facts.put("path", c.spec.command.get(0));
    facts.put("args", c.spec.command.subList(1, c.spec.command.size()));
    facts.put("command", c.spec.command);
    facts.put("slashName", "/" + c.name);
    facts.put("restarts", c.restartCount);
    facts.put("up", c.up());
    facts.put("launched", !c.status.equals("created"));
    facts.put("running", c.up() || c.restarting());
    facts.put("paused", c.status.equals("paused"));
    facts.put("restarting", c.restarting());
    facts.put("pid", c.up() ? c.pid : 0);
    facts.put("exitCode", c.exitCode);
    facts.put("started", time(c.started));
    facts.put("finished", time(c.finished));
    health(c, facts);
    String none = dialect == Dialect.PODMAN_4 ? "" : "no";
    String policy = c.spec.restart.isEmpty() ? none : c.spec.restart;
    facts.put("policy", Map.of("Name", policy, "MaximumRetryCount", c.spec.retries));
    facts.put("autoRemove", c.spec.autoRemove);
    List<String> env = new ArrayList<>(c.spec.env);
    template.get("env").forEach(base -> env.add(fill(base, facts).asText()));
    facts.put("env", env.isEmpty() ? null : env);
    ports(c, facts);
    facts.put("networks", networks(c, true));
    Attachment main = c.networks.get(dialect.defaultNetwork());
    address(c.up() && main != null ? main : NOWHERE, facts);
    return fill(template.get("inspect"), facts);
  }

  private Map<String, Object> facts(Container c) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("id", c.id);
    facts.put("id12", c.id.substring(0, 12));
    facts.put("image", c.spec.image);
    facts.put("imageId", "sha256:" + SimulatedWorld.hex("image " + c.spec.image));
    facts.put("state", c.status);
    facts.put("labels", c.spec.labels);
    String network = c.spec.network;
    boolean special = network.equals("host") || network.equals("none");
    boolean custom = special || (!dialect.podman() && !network.isEmpty());
    String standard = dialect == Dialect.DOCKER_20 ? "default" : "bridge";
    facts.put("networkMode", custom ? network : standard);
    return facts;
  }

  private void health(Container c, Map<String, Object> facts) {
    if (!c.health.isEmpty()) {
      Map<String, Object> check = new TreeMap<>(Map.of("Interval", 30_000_000_000L, "Retries", 3));
      check.put("Test", List.of("CMD-SHELL", c.spec.healthcheck));
      check.put("Timeout", 30_000_000_000L);
      facts.put("healthcheck", check);
    }
    if (!c.health.isEmpty() || dialect == Dialect.PODMAN_4) { // there every container has the key
      Map<String, Object> health = new TreeMap<>(Map.of("Status", c.health));
      health.put("FailingStreak", c.failingProbes);
      boolean probed = !List.of("", "starting").contains(c.health);
      health.put("Log", probed || !dialect.podman() ? List.of() : null);
      facts.put("health", health);
    }
  }

  private void ports(Container c, Map<String, Object> facts) {
    Map<String, Object> exposed = new TreeMap<>();
    Map<String, List<Object>> bindings = new TreeMap<>();
    Map<String, List<Object>> open = new TreeMap<>();
    // Docker shows under bindings what was asked for, Podman what was chosen.
    for (Port port : dialect.podman() ? c.ports : c.spec.ports) {
      exposed.put(port.key(), Map.of());
      if (port.published()) {
        bind(bindings, port, dialect.podman() ? podmanHostIp(port) : port.hostIp());
      }
    }
    // Docker forgets the ports of a container that ended, Podman does not.
    boolean shown = (c.up() || dialect.podman()) && !c.spec.network.equals("host");
    for (Port port : shown ? c.ports : List.<Port>of()) {
      if (!port.published()) {
        open.put(port.key(), null);
      } else {
        hostIps(port).forEach(ip -> bind(open, port, ip));
      }
    }
    if (!exposed.isEmpty()) {
      facts.put("exposed", exposed);
    }
    facts.put("bindings", bindings);
    facts.put("ports", open);
  }

  private static void bind(Map<String, List<Object>> bindings, Port port, String hostIp) {
    String hostPort = port.hostPort() == 0 ? "" : Integer.toString(port.hostPort());
    bindings
        .computeIfAbsent(port.key(), key -> new ArrayList<>())
        .add(Map.of("HostIp", hostIp, "HostPort", hostPort));
  }

  private List<Object> listPorts(Container c) {
    List<Object> rows = new ArrayList<>();
    boolean shown = (c.up() || dialect.podman()) && !c.spec.network.equals("host");
    Port before = null;
    for (Port port : shown ? c.ports.stream().sorted(Port.ORDER).toList() : List.<Port>of()) {
      // Podman up to 5.4 lists no port that is only exposed, and of adjacent ones the first.
      boolean hidden = dialect.podman() && (!port.published() || port.follows(before));
      before = port;
      for (String ip : hidden ? List.<String>of() : hostIps(port)) {
        Map<String, Object> row = new TreeMap<>();
        row.put("PrivatePort", port.containerPort());
        row.put("Type", port.protocol());
        if (port.published()) {
          row.put("PublicPort", port.hostPort());
        }
        if (port.published() && !(dialect.podman() && List.of("", "0.0.0.0").contains(ip))) {
          row.put("IP", ip);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** Docker listens on both families unless told an address. */
  private List<String> hostIps(Port port) {
    if (dialect.podman() || !port.published()) {
      return List.of(podmanHostIp(port));
    }
    return port.hostIp().isEmpty() ? List.of("0.0.0.0", "::") : List.of(port.hostIp());
  }

  private String podmanHostIp(Port port) {
    boolean all = port.hostIp().isEmpty() || port.hostIp().equals("0.0.0.0");
    return all ? (dialect == Dialect.PODMAN_4 ? "" : "0.0.0.0") : port.hostIp();
  }

  private Map<String, Object> networks(Container c, boolean inspect) {
    Map<String, Object> networks = new TreeMap<>();
    for (Attachment at : c.networks.values()) {
      if (dialect == Dialect.PODMAN_4 && at.ip().isEmpty()) {
        continue; // host and none
      }
      boolean custom = !at.network().equals(dialect.defaultNetwork()) && !at.ip().isEmpty();
      List<String> aliases = new ArrayList<>(custom ? c.spec.aliases : List.of());
      if (dialect.podman() || (dialect == Dialect.DOCKER_20 && custom)) {
        aliases.add(c.id.substring(0, 12));
      }
      Map<String, Object> facts = new HashMap<>();
      boolean shown = dialect.podman() || (inspect && !aliases.isEmpty());
      facts.put("aliases", shown ? aliases : null);
      List<String> dnsNames = new ArrayList<>(c.spec.aliases);
      dnsNames.addAll(List.of(c.name, c.id.substring(0, 12)));
      facts.put("dnsNames", inspect && custom ? dnsNames : null);
      boolean known = dialect.podman() || !c.status.equals("created");
      facts.put("networkId", known ? at.networkId() : "");
      address(c.up() ? at : NOWHERE, facts);
      networks.put(at.network(), fill(template.get("endpoint"), facts));
    }
    return networks;
  }

  private static void address(Attachment at, Map<String, Object> facts) {
    facts.put("ip", at.ip());
    facts.put("prefixLength", at.prefixLength());
    facts.put("gateway", at.gateway());
    facts.put("mac", at.mac());
  }

  private static String time(Instant instant) {
    return instant.equals(Instant.EPOCH) ? "0001-01-01T00:00:00Z" : instant.toString();
  }

  private static String statusText(Container c, Instant now) {
    if (c.up()) {
      String age = Duration.between(c.started, now).toSeconds() + " seconds";
      return "Up " + age + (c.status.equals("paused") ? " (Paused)" : "");
    }
    String ended = (c.restarting() ? "Restarting (" : "Exited (") + c.exitCode + ")";
    return c.status.equals("created") ? "Created" : ended;
  }

  private static JsonNode fill(JsonNode template, Map<String, Object> facts) {
    if (template.isTextual() && template.asText().indexOf('{') >= 0) {
      String text = template.asText();
      String fact = text.substring(1, text.length() - 1);
      if (facts.containsKey(fact)) {
        Object value = facts.get(fact);
        return value == null ? MAPPER.nullNode() : MAPPER.getNodeFactory().pojoNode(value);
      }
      String id = String.valueOf(facts.get("id"));
      String filled = text.replace("{id}", id).replace("{id12}", id.substring(0, 12));
      return filled.contains("{") ? MAPPER.missingNode() : MAPPER.getNodeFactory().textNode(filled);
    } else if (template.isObject()) {
      ObjectNode object = MAPPER.createObjectNode();
      for (Map.Entry<String, JsonNode> field : template.properties()) {
        String[] key = field.getKey().split("\\?", 2);
        JsonNode value = fill(field.getValue(), facts);
        if (!value.isMissingNode() && (key.length < 2 || Boolean.TRUE.equals(facts.get(key[1])))) {
          object.set(key[0], value);
        }
      }
      return object;
    }
    return template;
  }
}
