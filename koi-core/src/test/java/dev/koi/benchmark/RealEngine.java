package dev.koi.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A real Docker or Podman, commanded over its socket. It must hold the image {@code koi/busybox:1}.
 * A reader of the event stream keeps the times that the engine gives to its events.
 */
final class RealEngine implements Engine {
  private static final String CONTAINER =
      "{\"Image\":\"%s\",\"Cmd\":[\"sleep\",\"100000\"],\"StopSignal\":\"SIGKILL\"}";

  private final String backend;
  private final Path socket;
  private final String version;
  private final EngineClient events;
  private final Map<String, Long> stamps = new ConcurrentHashMap<>();
  private final Queue<String> created = new ConcurrentLinkedQueue<>();

  /** Returns the engines that the environment names, as {@code .ci/engines start} prints it. */
  static List<RealEngine> all() throws IOException {
    List<RealEngine> engines = new ArrayList<>(docker().stream().toList());
    String podman = System.getenv("KOI_TEST_PODMAN");
    if (podman != null) {
      engines.add(new RealEngine("podman", podman));
    }
    return engines;
  }

  /** Returns the Docker that the environment names. */
  static Optional<RealEngine> docker() throws IOException {
    String host = System.getenv("KOI_TEST_DOCKER");
    return host == null ? Optional.empty() : Optional.of(new RealEngine("docker", host));
  }

  private RealEngine(String backend, String host) throws IOException {
    this.backend = backend;
    socket = Path.of(host.substring("unix://".length()));
    try (EngineClient client = new EngineClient(socket)) {
      version = EngineClient.field(client.get("/version"), "Version");
    }
    events = new EngineClient(socket);
    events.openEvents();
    Thread reader = new Thread(this::keepStamps, "stamps");
    reader.setDaemon(true);
    reader.start();
  }

  private void keepStamps() {
    try {
      while (true) {
        String event = events.nextEvent();
        String key = EngineClient.field(event, "Action") + EngineClient.field(event, "ID");
        stamps.put(key, Long.parseLong(EngineClient.field(event, "timeNano")));
      }
    } catch (IOException e) {
      // the engine or the benchmark has ended
    }
  }

  /** Starts containers until that many are there. */
  void fill(int containers) throws IOException {
    while (created.size() < containers) {
      start(create("koi-benchmark-" + created.size()));
    }
  }

  @Override
  public String version() {
    return backend.substring(0, 1).toUpperCase(Locale.ROOT) + backend.substring(1) + " " + version;
  }

  @Override
  public String backend() {
    return backend;
  }

  @Override
  public Path socket() {
    return socket;
  }

  @Override
  public String create(String name) throws IOException {
    String image = backend.equals("docker") ? "koi/busybox:1" : "localhost/koi/busybox:1";
    String body = CONTAINER.formatted(image);
    String id = EngineClient.field(send("POST", "create?name=" + name, body), "Id");
    created.add(id);
    return id;
  }

  @Override
  public void start(String id) throws IOException {
    stamps.remove("start" + id);
    command(id, "start");
  }

  @Override
  public void rename(String id, String name) throws IOException {
    stamps.remove("rename" + id);
    command(id, "rename?name=" + name);
  }

  /** Sends a command that has no body, such as {@code kill?signal=HUP}. */
  void command(String id, String command) throws IOException {
    send("POST", id + "/" + command, "");
  }

  @Override
  public void remove(String id) throws IOException {
    send("DELETE", id + "?force=true&v=true", "");
    created.remove(id);
  }

  /** Returns the ids of the running containers. */
  Set<String> running() throws IOException {
    return Set.copyOf(Floor.ids(send("GET", "json", "")));
  }

  /** A connection for each request, so that any thread may send one, also after a restart. */
  private String send(String method, String target, String body) throws IOException {
    try (EngineClient client = new EngineClient(socket)) {
      return client.send(method, "/containers/" + target, body);
    }
  }

  @Override
  public long stamp(String action, String id) throws InterruptedException {
    for (int i = 0; i < 2_000; i++) {
      Long stamp = stamps.get(action + id);
      if (stamp != null) {
        return stamp;
      }
      Thread.sleep(1);
    }
    throw new IllegalStateException(version() + " sent no event " + action + " of " + id);
  }

  @Override
  public void close() {
    try (events) {
      for (String id : List.copyOf(created)) {
        remove(id);
      }
    } catch (IOException e) {
      System.err.println("benchmark: containers left behind on " + version() + ": " + e);
    }
  }
}
