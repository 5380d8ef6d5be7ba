package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.testkit.engine.Container.Attachment;
import dev.koi.testkit.engine.Container.Pod;
import dev.koi.testkit.engine.ContainerSpec.Port;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The containers of a simulated engine. Its commands change them and emit the events of the real
 * engine, in its order. An answer made after an event was sent already shows that change. A
 * container is named by its id, its name or the beginning of its id. An unknown container is an
 * IllegalArgumentException, a command that its state forbids an IllegalStateException. Thread-safe.
 */
abstract class SimulatedWorld {
  final Clock clock;
  // All guarded by this; events is also read alone.
  private final Map<String, Container> containers = new LinkedHashMap<>();
  private final Map<String, Container> byName = new HashMap<>();
  private final Map<String, Pod> pods = new HashMap<>();
  private final List<String> networks = new ArrayList<>();
  private Dialect dialect;
  private volatile EventLog events;
  private int serial;
  private int randomPort;
  private long lastNano;

  SimulatedWorld(Dialect dialect, Clock clock) {
    this.clock = clock;
    become(dialect);
  }

  /** Forgets Docker's events and, if this is another product, all containers. */
  final synchronized void become(Dialect next) {
    boolean both = dialect != null && dialect.podman() == next.podman();
    if (!both) {
      containers.clear();
      byName.clear();
      pods.clear();
      networks.clear();
    }
    if (!both || !next.podman()) {
      events = new EventLog(next); // Podman's is a file and stays
    }
    dialect = next;
  }

  final synchronized Dialect dialect() {
    return dialect;
  }

  final EventLog events() {
    return events;
  }

  /** Creates a container without starting it, and returns its 64-digit id. */
  public synchronized String create(ContainerSpec spec) {
    Container c = new Container(newId("container"), spec, clock.instant());
    if (dialect.podman() && !spec.pod.isEmpty()) {
      c.pod = pods.containsKey(spec.pod) ? pods.get(spec.pod) : makePod(spec);
      Container infra = find(c.pod.infraId());
      c.networks = infra.networks;
      c.ports = infra.ports;
    } else {
      choosePorts(c, dialect.podman());
      attach(c, spec.network.isEmpty() ? dialect.defaultNetwork() : spec.network);
    }
    name(c, spec.name);
    containers.put(c.id, c);
    emit(c, "create");
    return c.id;
  }

  private Pod makePod(ContainerSpec first) {
    String podId = newId("pod");
    ContainerSpec spec = ContainerSpec.of(podId.substring(0, 12) + "-infra").network(first.network);
    spec.image("localhost/podman-pause:4.3.1-0").command("/catatonit", "-P");
    spec.ports.addAll(first.ports);
    Container infra = find(create(spec));
    infra.pod = new Pod(podId, first.pod, infra.id);
    pods.put(first.pod, infra.pod);
    return infra.pod;
  }

  /** Creates and starts a container, and returns its 64-digit id. */
  public synchronized String run(ContainerSpec spec) {
    String id = create(spec);
    start(id);
    return id;
  }

  /** Runs containers named {@code many-1}, {@code many-2} and so on, and returns their ids. */
  public List<String> runMany(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> run(ContainerSpec.of("many-" + i).publish(10_000 + i, 80)))
        .toList();
  }

  /** Starts a container that is not up, if only because Docker waits before a policy's restart. */
  public synchronized void start(String container) {
    Container c = find(container);
    if (c.pod != null) {
      begin(find(c.pod.infraId()), "init start");
    }
    begin(c, dialect.podman() ? "init start" : "net+ start");
  }

  /** Stops a container, which obeys and exits with 0; nothing happens if it is not up. */
  public synchronized void stop(String container) {
    Container c = find(container);
    if (c.restarting()) {
      c.status = "exited";
      emit(c, "stop");
    } else if (c.up()) {
      terminate(c);
      end(c, 0, dialect.stops);
    }
  }

  /** Sends a signal; 9 ends the container with 137 and 15 with 143, others it survives. */
  public synchronized void kill(String container, int signal) {
    Container c = find(container);
    require(c.up(), c, "kill");
    emitKill(c, signal);
    if (signal == 9 || signal == 15) {
      end(c, 128 + signal, dialect.dies);
    }
  }

  /**
   * Lets the container's process end by itself. If its restart policy says so, Podman restarts it
   * at once, and Docker leaves it {@code restarting} until the script starts it.
   */
  public synchronized void die(String container, int exitCode) {
    Container c = find(container);
    require(c.up(), c, "die");
    if (!policyRestarts(c, exitCode)) {
      end(c, exitCode, dialect.dies);
      return;
    }
    c.restartCount++;
    end(c, exitCode, dialect.podman() ? "die restart" : dialect.dies);
    c.status = "restarting";
    if (dialect.podman()) {
      begin(c, "init start");
    }
  }

  /** Restarts a container by command. */
  public synchronized void restart(String container) {
    Container c = find(container);
    emit(c, dialect.podman() ? "restart" : "");
    if (c.up()) {
      terminate(c);
      end(c, 0, dialect.restarts);
    }
    begin(c, dialect.podman() ? "init start" : "net+ start restart");
  }

  public synchronized void pause(String container) {
    change(container, "running", "paused", "pause");
  }

  public synchronized void unpause(String container) {
    change(container, "paused", "running", "unpause");
  }

  private void change(String container, String from, String to, String action) {
    Container c = find(container);
    require(c.status.equals(from), c, action);
    c.status = to;
    emit(c, action);
  }

  public synchronized void rename(String container, String newName) {
    Container c = find(container);
    String oldName = c.name;
    name(c, newName);
    emit(c, "rename", dialect.podman() ? Map.of() : Map.of("oldName", "/" + oldName));
  }

  /** Removes a container, killing it first if it is up. */
  public synchronized void remove(String container) {
    Container c = find(container);
    if (c.up()) {
      if (!dialect.podman()) {
        emitKill(c, 9);
      }
      end(c, 137, dialect.removes);
    }
    forget(c);
  }

  /** Connects a container to a network, which is made when first named. */
  public synchronized void connectNetwork(String container, String network) {
    Container c = find(container);
    attach(c, network);
    if (c.up() || dialect.podman()) {
      emitNetwork(c, "connect", c.networks.get(network));
    }
  }

  public synchronized void disconnectNetwork(String container, String network) {
    Container c = find(container);
    Attachment at = c.networks.remove(network);
    require(at != null, c, "disconnect from " + network);
    emitNetwork(c, "disconnect", at);
    if (dialect == Dialect.DOCKER_20 || dialect == Dialect.DOCKER_26) {
      emitNetwork(c, "disconnect", at); // they say it twice
    }
  }

  /** Runs the health check with the result {@code healthy}, {@code unhealthy}, {@code starting}. */
  public synchronized void health(String container, String status) {
    Container c = find(container);
    require(!c.health.isEmpty(), c, "check, without healthcheck,");
    String before = c.health;
    c.health = status;
    c.failingProbes = status.equals("unhealthy") ? c.failingProbes + 1 : 0;
    String exitCode = status.equals("unhealthy") ? "1" : "0";
    if (dialect == Dialect.PODMAN_4) { // tells the state before
      emit(c, "health_status", Map.of("HealthStatus", before));
      emit(c, "exec_died", Map.of("containerExitCode", exitCode));
    } else if (dialect.podman()) {
      emit(c, "health_status", Map.of("HealthStatus", status));
    } else {
      dockerExec(c, "/bin/sh -c " + c.spec.healthcheck, exitCode);
      if (!status.equals(before)) {
        emit(c, "health_status: " + status, Map.of());
      }
    }
  }

  /** Runs a command in a container: it only emits the events of one that succeeds. */
  public synchronized void exec(String container, String commandLine) {
    Container c = find(container);
    require(c.up(), c, "exec in");
    if (dialect.podman()) {
      emit(c, "exec");
      emit(c, "exec_died", Map.of("containerExitCode", "0"));
    } else {
      dockerExec(c, commandLine, "0");
    }
  }

  /** Sends this text unchanged as one event, valid or not, past every filter. */
  public synchronized void emit(String text) {
    events.append(SentEvent.raw(text, nextNano()));
  }

  /** Copies of all containers, oldest first. */
  final synchronized List<Container> containers() {
    return containers.values().stream().map(Container::copy).toList();
  }

  /** A copy of one container, or null. */
  final synchronized Container container(String container) {
    Container c = lookUp(container);
    return c == null ? null : c.copy();
  }

  /** Stops every container, as Docker does when it ends. */
  final synchronized void stopAll() {
    for (Container c : List.copyOf(containers.values())) {
      c.interrupted = c.up();
      stop(c.id);
    }
  }

  /** Does what Docker does when it starts: ends containers left up, starts those with a policy. */
  final synchronized void cleanUp() {
    for (Container c : List.copyOf(containers.values())) {
      boolean wasUp = c.up() || c.interrupted;
      c.interrupted = false;
      if (c.up()) {
        kill(c.id, 15);
      }
      if (wasUp && Set.of("always", "unless-stopped").contains(c.spec.restart)) {
        start(c.id);
      }
    }
  }

  /** 64 hexadecimal digits, the same for the same text in every run. */
  static String hex(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    byte[] more = (text + "+").getBytes(UTF_8);
    return (UUID.nameUUIDFromBytes(bytes) + "" + UUID.nameUUIDFromBytes(more)).replace("-", "");
  }

  private Container find(String container) {
    Container c = lookUp(container);
    if (c == null) {
      throw new IllegalArgumentException("no such container: " + container);
    }
    return c;
  }

  private Container lookUp(String container) {
    Container found = containers.getOrDefault(container, byName.get(container));
    if (found != null || container.isEmpty()) {
      return found;
    }
    return containers.values().stream()
        .filter(c -> c.id.startsWith(container))
        .findFirst()
        .orElse(null);
  }

  private void begin(Container c, String actions) {
    if (!c.up()) {
      c.status = "running";
      c.started = clock.instant();
      c.exitCode = 0;
      c.pid = 1000 + ++serial;
      c.health = c.health.isEmpty() ? "" : "starting";
      choosePorts(c, !dialect.podman());
      emit(c, actions);
    }
  }

  private void terminate(Container c) {
    boolean paused = c.status.equals("paused");
    require(!(paused && dialect.podman()), c, "stop");
    if (!dialect.podman()) {
      emitKill(c, 15);
      emit(c, paused ? "unpause" : "");
    }
  }

  private void end(Container c, int exitCode, String actions) {
    c.status = "exited";
    c.exitCode = exitCode;
    c.finished = clock.instant();
    emit(c, c.spec.autoRemove ? actions.replace(" cleanup", "") : actions);
    if (c.spec.autoRemove) {
      forget(c);
    }
  }

  private void forget(Container c) {
    if (containers.remove(c.id) != null) {
      byName.remove(c.name);
      if (c.infra()) {
        pods.remove(c.pod.name());
      }
      emit(c, dialect.podman() ? "remove" : "destroy");
    }
  }

  private void name(Container c, String name) {
    if (byName.putIfAbsent(name, c) != null) {
      throw new IllegalArgumentException("the name " + name + " is already in use");
    }
    if (!name.equals(c.name)) {
      byName.remove(c.name);
      c.name = name;
    }
  }

  private static boolean policyRestarts(Container c, int exitCode) {
    return switch (c.spec.restart) {
      case "always", "unless-stopped" -> true;
      case "on-failure" ->
          exitCode != 0 && (c.spec.retries == 0 || c.restartCount < c.spec.retries);
      default -> false;
    };
  }

  private static void require(boolean allowed, Container c, String verb) {
    if (!allowed) {
      throw new IllegalStateException("cannot " + verb + " " + c.name + ": it is " + c.status);
    }
  }

  /** Docker chooses at each start, Podman when it creates. */
  private void choosePorts(Container c, boolean now) {
    if (now) {
      c.ports = c.spec.ports.stream().map(p -> p.hostPort() == 0 ? choosePort(p) : p).toList();
    }
  }

  private Port choosePort(Port port) {
    return new Port(
        port.hostIp(), 32_768 + randomPort++ % 28_000, port.containerPort(), port.protocol());
  }

  private void attach(Container c, String network) {
    if (!networks.contains(network)) {
      networks.add(network);
    }
    String id = dialect == Dialect.PODMAN_4 ? network : hex("network " + network);
    if (Set.of("host", "none").contains(network)) {
      c.networks.put(network, new Attachment(network, id, "", 0, "", ""));
      return;
    }
    boolean custom = !network.equals(dialect.defaultNetwork());
    int index = custom ? 1 + networks.indexOf(network) % 13 : 0;
    String range = dialect.podman() ? "10." + (88 + index) : "172." + (17 + index);
    int host = ++serial % 60_000;
    String ip = range + "." + host / 250 + "." + (2 + host % 250);
    String mac = String.format("02:42:ac:%02x:%02x:%02x", index, host / 250, 2 + host % 250);
    c.networks.put(network, new Attachment(network, id, ip, 16, range + ".0.1", mac));
  }

  private void dockerExec(Container c, String commandLine, String exitCode) {
    String execId = newId("exec");
    emit(c, "exec_create: " + commandLine, Map.of("execID", execId));
    emit(c, "exec_start: " + commandLine, Map.of("execID", execId));
    emit(c, "exec_die", Map.of("execID", execId, "exitCode", exitCode));
  }

  private void emitKill(Container c, int signal) {
    String number = Integer.toString(signal);
    emit(c, "kill", dialect.podman() ? Map.of() : Map.of("signal", number));
  }

  /** Emits actions, separated by blanks; net+ and net- stand for the events of all networks. */
  private void emit(Container c, String actions) {
    for (String action : actions.split(" ", -1)) {
      switch (action) {
        case "" -> {}
        case "net+" -> c.networks.values().forEach(at -> emitNetwork(c, "connect", at));
        case "net-" -> c.networks.values().forEach(at -> emitNetwork(c, "disconnect", at));
        default -> emit(c, action, SentEvent.facts(dialect, c, action));
      }
    }
  }

  private void emit(Container c, String action, Map<String, String> facts) {
    events.append(SentEvent.of(dialect, c, action, facts, nextNano()));
  }

  private void emitNetwork(Container c, String action, Attachment at) {
    events.append(SentEvent.ofNetwork(dialect, c, action, at, nextNano()));
  }

  /** The clock's time, yet never the same twice while the clock stands. */
  private long nextNano() {
    Instant now = clock.instant();
    long nano = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    boolean stands = lastNano >= nano && lastNano - nano < 1_000_000;
    lastNano = stands ? lastNano + 1 : nano;
    return lastNano;
  }

  private String newId(String kind) {
    return hex(kind + " " + ++serial);
  }
}
