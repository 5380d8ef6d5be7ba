package dev.koi.testkit.engine;

import dev.koi.testkit.engine.Container.Attachment;
import dev.koi.testkit.engine.ContainerSpec.PortRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The containers of a simulated engine and the commands that change them, which emit the events
 * that the real engine emits, in its order. An answer made after an event has been sent already
 * shows what the event tells. Containers are named by id, name or the beginning of the id; an
 * unknown one is an IllegalArgumentException. Thread-safe.
 */
abstract class SimulatedWorld {
  final Clock clock;
  private final String seed;
  private final Object lock = new Object();
  private final Map<String, Container> containers = new LinkedHashMap<>(); // guarded by lock
  private final Map<String, Container> byName = new HashMap<>(); // guarded by lock
  private final Map<String, Network> networks = new TreeMap<>(); // guarded by lock
  private final List<EngineEvent> pending = new ArrayList<>(); // guarded by lock
  private Dialect dialect; // guarded by lock
  private EventJson eventJson; // guarded by lock
  private EventLog events; // guarded by lock
  private int nested; // guarded by lock
  private int serial; // guarded by lock
  private int randomPort = 32767; // guarded by lock
  private long lastNano; // guarded by lock

  SimulatedWorld(Dialect dialect, Clock clock, String seed) {
    this.clock = clock;
    this.seed = seed;
    speak(dialect);
  }

  final void speak(Dialect newDialect) {
    synchronized (lock) {
      dialect = newDialect;
      eventJson = new EventJson(newDialect);
      events = new EventLog(newDialect.podman());
    }
  }

  EventLog events() {
    synchronized (lock) {
      return events;
    }
  }

  /** Creates a container without starting it, and returns its 64-digit id. */
  public String create(ContainerSpec spec) {
    return command(
        () -> {
          String id = newId("container");
          Container c = new Container(id, spec.copy(), clock.instant());
          take(spec.name, c);
          if (dialect.podman()) {
            c.ports = choosePorts(c.ports);
          }
          attach(c, spec.network.isEmpty() ? dialect.defaultNetwork() : spec.network);
          containers.put(id, c);
          emit(c, "create");
          return id;
        });
  }

  /** Creates and starts a container, and returns its 64-digit id. */
  public String run(ContainerSpec spec) {
    return command(
        () -> {
          String id = create(spec);
          start(id);
          return id;
        });
  }

  /** Runs this many containers named {@code many-1}, {@code many-2} and so on. */
  public List<String> runMany(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> run(ContainerSpec.of("many-" + i).publish(10_000 + i, 80)))
        .toList();
  }

  /**
   * Starts a container; nothing happens if it is up. Ends Docker's wait before a policy restart.
   */
  public void start(String container) {
    command(
        container,
        c -> {
          if (!c.up()) {
            begin(c);
          }
        });
  }

  /** Stops a container, which obeys and exits with 0; nothing happens if it is not up. */
  public void stop(String container) {
    command(
        container,
        c -> {
          if (c.status.equals("restarting")) {
            c.status = "exited";
            emit(c, "stop");
          } else if (c.up()) {
            terminate(c);
            end(c, 0, true);
          }
        });
  }

  /** Sends a signal; 9 ends the container with 137 and 15 with 143, others it survives. */
  public void kill(String container, int signal) {
    command(
        container,
        c -> {
          requireUp(c);
          emitKill(c, signal);
          if (signal == 9 || signal == 15) {
            end(c, 128 + signal, false);
          }
        });
  }

  /**
   * Lets the container's process end by itself. With a restart policy, Docker leaves the container
   * {@code restarting} until the script starts it again; Podman restarts it at once.
   */
  public void die(String container, int exitCode) {
    command(
        container,
        c -> {
          requireUp(c);
          boolean again = policyRestarts(c, exitCode);
          if (again) {
            c.restartCount++;
          }
          if (!again) {
            end(c, exitCode, false);
          } else if (dialect.podman()) {
            c.exitCode = exitCode;
            c.finished = clock.instant();
            emit(c, "die", exitFacts(c));
            emit(c, "restart");
            begin(c);
          } else {
            end(c, exitCode, false);
            c.status = "restarting";
          }
        });
  }

  /** Restarts a container by command. */
  public void restart(String container) {
    command(
        container,
        c -> {
          if (dialect.podman()) {
            emit(c, "restart");
          }
          if (c.up()) {
            terminate(c);
            end(c, 0, true);
          }
          begin(c);
          if (!dialect.podman()) {
            emit(c, "restart");
          }
        });
  }

  public void pause(String container) {
    change(container, "running", "paused", "pause");
  }

  public void unpause(String container) {
    change(container, "paused", "running", "unpause");
  }

  public void rename(String container, String newName) {
    command(
        container,
        c -> {
          String oldName = c.name;
          take(newName, c);
          byName.remove(oldName);
          c.name = newName;
          if (dialect.podman()) {
            emit(c, "rename");
          } else {
            emit(c, "rename", Map.of("oldName", "/" + oldName));
          }
        });
  }

  /** Removes a container, killing it first if it is up. */
  public void remove(String container) {
    command(
        container,
        c -> {
          boolean wasUp = c.up();
          if (wasUp) {
            if (!dialect.podman()) {
              emitKill(c, 9);
            }
            end(c, 137, false);
          }
          if (!c.spec.autoRemove || !wasUp) {
            forget(c);
          }
        });
  }

  /** Connects a container to a network, which is made when it is first named. */
  public void connectNetwork(String container, String network) {
    command(
        container,
        c -> {
          attach(c, network);
          if (c.up() || dialect.podman()) {
            emitNetwork(c, "connect", c.networks.get(network));
          }
        });
  }

  public void disconnectNetwork(String container, String network) {
    command(
        container,
        c -> {
          Attachment at = c.networks.remove(network);
          if (at == null) {
            throw new IllegalArgumentException(c.name + " is not connected to " + network);
          }
          emitNetwork(c, "disconnect", at);
          if (dialect == Dialect.DOCKER_20 || dialect == Dialect.DOCKER_26) {
            emitNetwork(c, "disconnect", at); // they say it twice
          }
        });
  }

  /**
   * Runs the health check with this result.
   *
   * @param status {@code healthy}, {@code unhealthy} or {@code starting}
   */
  public void health(String container, String status) {
    command(
        container,
        c -> {
          if (c.health.isEmpty()) {
            throw new IllegalStateException(c.name + " has no healthcheck in its ContainerSpec");
          }
          String before = c.health;
          c.health = status;
          c.failingProbes = status.equals("unhealthy") ? c.failingProbes + 1 : 0;
          String exitCode = status.equals("unhealthy") ? "1" : "0";
          if (!dialect.podman()) {
            dockerExec(c, "/bin/sh -c " + c.spec.healthcheck, exitCode);
            if (!status.equals(before)) {
              emit(c, "health_status: " + status);
            }
            return;
          }
          boolean late = dialect == Dialect.PODMAN_4; // its events tell the state before
          emit(c, "health_status", Map.of("HealthStatus", late ? before : status));
          if (late) {
            emit(c, "exec_died", Map.of("containerExitCode", exitCode));
          }
        });
  }

  /** Runs a command in a container, which succeeds; nothing but events comes of it. */
  public void exec(String container, String commandLine) {
    command(
        container,
        c -> {
          requireUp(c);
          if (dialect.podman()) {
            emit(c, "exec");
            emit(c, "exec_died", Map.of("containerExitCode", "0"));
          } else {
            dockerExec(c, commandLine, "0");
          }
        });
  }

  /** Sends this text on every event stream as it is, valid or not, whatever the filters. */
  public void emit(String text) {
    command(() -> pending.add(EngineEvent.raw(text, nextNano())));
  }

  /** Runs several commands as one change: no answer shows a state in between. */
  public void together(Runnable commands) {
    command(
        () -> {
          commands.run();
          return null;
        });
  }

  /** Copies of all containers, oldest first. */
  List<Container> snapshot() {
    synchronized (lock) {
      return containers.values().stream().map(Container::new).toList();
    }
  }

  /** A copy of one container, or null if there is none of that id, name or prefix. */
  Container snapshot(String container) {
    synchronized (lock) {
      Container found = lookUp(container);
      return found == null ? null : new Container(found);
    }
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

  private void command(String container, Consumer<Container> change) {
    command(
        () -> {
          Container c = lookUp(container);
          if (c == null) {
            throw new IllegalArgumentException("no such container: " + container);
          }
          change.accept(c);
          return null;
        });
  }

  private <T> T command(Supplier<T> change) {
    synchronized (lock) {
      nested++;
      try {
        return change.get();
      } finally {
        if (--nested == 0 && !pending.isEmpty()) {
          events.append(List.copyOf(pending));
          pending.clear();
        }
      }
    }
  }

  private void change(String container, String from, String to, String action) {
    command(
        container,
        c -> {
          if (!c.status.equals(from)) {
            throw new IllegalStateException("cannot " + action + " " + c.name + ": " + c.status);
          }
          c.status = to;
          emit(c, action);
        });
  }

  private void begin(Container c) {
    c.status = "running";
    c.started = clock.instant();
    c.exitCode = 0;
    c.pid = 1000 + ++serial;
    if (!c.health.isEmpty()) {
      c.health = "starting";
    }
    if (dialect.podman()) {
      emit(c, "init");
    } else {
      c.ports = choosePorts(c.spec.ports); // Docker chooses anew at each start
      c.networks.values().forEach(at -> emitNetwork(c, "connect", at));
    }
    emit(c, "start");
  }

  private void terminate(Container c) {
    if (c.status.equals("paused")) {
      if (dialect.podman()) {
        throw new IllegalStateException(
            "Podman does not stop a paused container: container state improper");
      }
      emitKill(c, 15);
      emit(c, "unpause");
    } else if (!dialect.podman()) {
      emitKill(c, 15);
    }
  }

  private void end(Container c, int exitCode, boolean stopped) {
    c.status = "exited";
    c.exitCode = exitCode;
    c.finished = clock.instant();
    if (dialect.podman()) {
      emit(c, "die", exitFacts(c));
      boolean twice = stopped && dialect == Dialect.PODMAN_4;
      for (int i = 0; i < (c.spec.autoRemove ? 0 : twice ? 2 : 1); i++) {
        emit(c, "cleanup");
      }
    } else if (dialect.diesLast()) {
      detach(c, stopped);
      emit(c, "die", exitFacts(c));
    } else {
      emit(c, "die", exitFacts(c));
      detach(c, stopped);
    }
    if (c.spec.autoRemove) {
      forget(c);
    }
  }

  private void take(String name, Container c) {
    if (byName.putIfAbsent(name, c) != null) {
      throw new IllegalArgumentException("the name " + name + " is already in use");
    }
  }

  private void forget(Container c) {
    containers.remove(c.id);
    byName.remove(c.name);
    emit(c, dialect.podman() ? "remove" : "destroy");
  }

  private void detach(Container c, boolean stopped) {
    c.networks.values().forEach(at -> emitNetwork(c, "disconnect", at));
    if (stopped) {
      emit(c, "stop");
    }
  }

  private Map<String, String> exitFacts(Container c) {
    String exitCode = Integer.toString(c.exitCode);
    if (dialect.podman()) {
      return Map.of("exitCode", exitCode, "containerExitCode", exitCode);
    }
    String seconds = Long.toString(Duration.between(c.started, c.finished).toSeconds());
    return dialect.diesLast()
        ? Map.of("exitCode", exitCode, "execDuration", seconds)
        : Map.of("exitCode", exitCode);
  }

  private static boolean policyRestarts(Container c, int exitCode) {
    String[] policy = c.spec.restart.split(":", 2);
    return switch (policy[0]) {
      case "always", "unless-stopped" -> true;
      case "on-failure" ->
          exitCode != 0 && (policy.length < 2 || c.restartCount < Integer.parseInt(policy[1]));
      default -> false;
    };
  }

  private void dockerExec(Container c, String commandLine, String exitCode) {
    String execId = newId("exec");
    emit(c, "exec_create: " + commandLine, Map.of("execID", execId));
    emit(c, "exec_start: " + commandLine, Map.of("execID", execId));
    emit(c, "exec_die", Map.of("execID", execId, "exitCode", exitCode));
  }

  private List<PortRequest> choosePorts(List<PortRequest> ports) {
    return ports.stream().map(p -> p.hostPort() == 0 ? p.onHostPort(++randomPort) : p).toList();
  }

  private void attach(Container c, String networkName) {
    Network network = networks.get(networkName);
    if (network == null) {
      String id = Hex.of(seed + " network " + networkName);
      network = new Network(dialect, networkName, id, networks.size());
      networks.put(networkName, network);
    }
    c.networks.put(networkName, network.attach());
  }

  private static void requireUp(Container c) {
    if (!c.up()) {
      throw new IllegalStateException("container " + c.name + " is not running: " + c.status);
    }
  }

  private void emitKill(Container c, int signal) {
    if (dialect.podman()) {
      emit(c, "kill");
    } else {
      emit(c, "kill", Map.of("signal", Integer.toString(signal)));
    }
  }

  private void emit(Container c, String action) {
    emit(c, action, Map.of());
  }

  private void emit(Container c, String action, Map<String, String> facts) {
    pending.add(eventJson.container(c, action, facts, nextNano()));
  }

  private void emitNetwork(Container c, String action, Attachment at) {
    pending.add(eventJson.network(c, action, at, nextNano()));
  }

  /** The clock's time, yet never the same twice within a standing clock. */
  private long nextNano() {
    Instant now = clock.instant();
    long nano = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    lastNano = lastNano - nano >= 0 && lastNano - nano < 1_000_000 ? lastNano + 1 : nano;
    return lastNano;
  }

  private String newId(String kind) {
    return Hex.of(seed + " " + kind + " " + ++serial);
  }
}
