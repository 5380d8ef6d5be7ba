package dev.koi.fleet;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Private servers of one etcd cluster on loopback; Debian's package etcd-server is enough. {@code
 * -Dkoi.fleet.etcd=DIRECTORY} takes another version's program from there.
 */
public final class EtcdServers implements AutoCloseable {

  private static final Path ETCD =
      Path.of(System.getProperty("koi.fleet.etcd", "/usr/bin"), "etcd");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final List<String> options;
  private final String scheme;
  private final List<Integer> clientPorts = new ArrayList<>();
  private final List<Integer> peerPorts = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>(); // null for one that was killed

  private EtcdServers(Path directory, int servers, String scheme, List<String> options) {
    this.directory = directory;
    this.scheme = scheme;
    this.options = List.copyOf(options);
    for (int i = 0; i < servers; i++) {
      processes.add(null);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // also after a broken test
  }

  /**
   * Starts servers that have elected a leader; aborts the test if there is no etcd, and fails it
   * where etcd is required.
   *
   * @param directory for data and logs
   */
  public static EtcdServers start(Path directory, int servers) throws Exception {
    return start(directory, servers, "http");
  }

  /**
   * Starts servers with options of their own.
   *
   * @param scheme https if the options have certificates; the servers are not awaited then
   */
  public static EtcdServers start(Path directory, int servers, String scheme, String... options)
      throws Exception {
    if (!Files.isExecutable(ETCD)) {
      String message = ETCD + " is missing: apt-get install etcd-server to run this test";
      if ("required".equals(System.getenv("KOI_TEST_ENGINES"))) {
        fail(message);
      }
      abort(message);
    }
    EtcdServers cluster = new EtcdServers(directory, servers, scheme, List.of(options));
    try {
      cluster.startAll();
      return cluster;
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  private void startAll() throws Exception {
    List<Integer> ports = freePorts(2 * processes.size());
    clientPorts.addAll(ports.subList(0, processes.size()));
    peerPorts.addAll(ports.subList(processes.size(), ports.size()));
    for (int i = 0; i < processes.size(); i++) {
      run(i);
    }
    awaitLeader();
  }

  /**
   * Returns so many different ports of loopback on which nobody listens. They are below those that
   * clients get, so none takes one while its server is down.
   */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> free = new ArrayList<>();
    try {
      while (free.size() < count) {
        int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
        try {
          free.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException e) {
          // another server's
        }
      }
      return free.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : free) { // only now, or one port may be given twice
        socket.close();
      }
    }
  }

  private void run(int server) throws IOException {
    String client = endpoint(server);
    String peer = "http://127.0.0.1:" + peerPorts.get(server);
    List<String> cluster =
        IntStream.range(0, processes.size())
            .mapToObj(i -> "s" + i + "=http://127.0.0.1:" + peerPorts.get(i))
            .toList();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(ETCD.toString(), "--name", "s" + server));
    command.addAll(List.of("--data-dir", directory.resolve("data" + server).toString()));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
    command.addAll(List.of("--initial-cluster", String.join(",", cluster)));
    // Elections are short: one server has no rival, and three on loopback hear of each other soon.
    int heartbeat = processes.size() == 1 ? 10 : 50;
    command.addAll(List.of("--heartbeat-interval", String.valueOf(heartbeat)));
    command.addAll(List.of("--election-timeout", String.valueOf(10 * heartbeat)));
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    directory.resolve("etcd" + server + ".log").toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
    processes.set(server, builder.start());
  }

  private String endpoint(int server) {
    return scheme + "://127.0.0.1:" + clientPorts.get(server);
  }

  /** Returns the addresses of all servers. */
  public List<String> endpoints() {
    return IntStream.range(0, processes.size()).mapToObj(this::endpoint).toList();
  }

  /** Returns a client of all servers. */
  public EtcdClient client() throws IOException {
    return client(EtcdSettings.DEADLINE);
  }

  /** Returns a client of all servers whose calls have that deadline. */
  public EtcdClient client(Duration deadline) throws IOException {
    return new EtcdClient(EtcdSettings.of(endpoints()).withDeadline(deadline));
  }

  /** Waits until those servers that run have a leader, and answer. */
  public void awaitLeader() throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (scheme.equals("http") && !haveLeader()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no leader within " + PATIENCE + "; see the logs in " + directory);
      }
      Thread.sleep(20); // nothing signals an election
    }
  }

  private boolean haveLeader() throws InterruptedException {
    for (int i = 0; i < processes.size(); i++) {
      if (processes.get(i) != null && !isHealthy(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean isHealthy(int server) throws InterruptedException {
    try {
      return get(endpoint(server) + "/health").contains("\"true\"");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the number of the server that leads, as soon as one does. */
  public int leader() throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      for (int i = 0; i < processes.size(); i++) {
        if (processes.get(i) != null) {
          String status = post(i, "/v3/maintenance/status", "{}");
          if (found(status, "member_id").equals(found(status, "leader"))) {
            return i;
          }
        }
      }
      Thread.sleep(20); // nothing signals an election
    }
    throw new AssertionError("no server leads; see the logs in " + directory);
  }

  private static String found(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"(\\d+)\"").matcher(json);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Removes all revisions before that one. */
  public void compact(long revision) throws Exception {
    post(0, "/v3/kv/compaction", "{\"revision\":" + revision + ",\"physical\":true}");
  }

  /** Makes a call of the gateway, and returns the answer. */
  public String post(int server, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint(server) + path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  private String get(String address) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(5)).build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  /** Ends a server as SIGKILL does. */
  public void kill(int server) throws InterruptedException {
    Process process = processes.get(server);
    if (process != null) {
      process.destroyForcibly().waitFor();
      processes.set(server, null);
    }
  }

  /** Starts a killed server again, on its data. */
  public void startAgain(int server) throws IOException {
    if (processes.get(server) == null) {
      run(server);
    }
  }

  /** Stops a server's process without ending it. */
  public void freeze(int server) throws Exception {
    signal(server, "STOP");
  }

  /** Lets a frozen server run. */
  public void thaw(int server) throws Exception {
    signal(server, "CONT");
  }

  private void signal(int server, String signal) throws Exception {
    Process process = processes.get(server);
    if (process != null) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    }
  }

  /** Returns how many servers there are, running or not. */
  public int size() {
    return processes.size();
  }

  /** Returns the settings of a configuration entry for these servers. */
  public Map<String, Object> settings() {
    return Map.of("endpoints", endpoints());
  }

  /** Ends all servers. */
  @Override
  public void close() {
    for (Process process : processes) {
      if (process != null) {
        process.destroyForcibly().onExit().join();
      }
    }
  }
}
