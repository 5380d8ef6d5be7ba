package dev.koi.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.KeyRange;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.FleetKeys.Parts;
import dev.koi.fleet.format.PublishedHost;
import dev.koi.fleet.format.PublishedInstance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.FailingConfig;
import dev.koi.testkit.InstanceSpec;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Three hosts that publish to an etcd cluster, as a publisher would. */
final class FleetFixture implements BackendFixture {

  private static final List<String> HOSTS = List.of("web-1", "web-2", "büro");

  private final EtcdServers servers;
  private final FleetKeys keys;
  private final EtcdClient client;
  private final Map<String, Instance.Builder> started = new HashMap<>();
  private final Map<String, Integer> starts = new HashMap<>();
  private int number;

  FleetFixture(EtcdServers servers, String prefix) throws Exception {
    this.servers = servers;
    keys = new FleetKeys(prefix);
    client = servers.client();
    for (String host : HOSTS) {
      PublishedHost value =
          new PublishedHost("1", "machine", 1, Instant.now(), Optional.empty(), List.of());
      client.commit(Transaction.begin().put(keys.host(host), value.toJson()));
    }
  }

  @Override
  public RuntimeBackend backend() {
    return new FleetBackend();
  }

  @Override
  public BackendConfig config(String entry) {
    return BackendConfig.of(
        entry, Map.of("endpoints", servers.endpoints(), "prefix", keys.prefix()));
  }

  @Override
  public String start(InstanceSpec spec) throws Exception {
    number++;
    Parts parts =
        new Parts(HOSTS.get(number % HOSTS.size()), "docker", "id " + number + "/" + spec.name());
    Instance.Builder instance =
        Instance.builder(parts.backend(), parts.id(), spec.name())
            .image("registry.example.com/app:1.0")
            .labels(spec.labels())
            .ports(spec.ports())
            .exposedPorts(spec.exposedPorts())
            .networks(networks(spec))
            .environment(
                spec.environment().entrySet().stream()
                    .map(variable -> variable.getKey() + "=" + variable.getValue())
                    .toList())
            .health(spec.healthCheck() ? Health.STARTING : Health.NONE)
            .startedAt(Instant.now());
    started.put(parts.fleetId(), instance);
    publish(parts.fleetId());
    return parts.fleetId();
  }

  private static List<Network> networks(InstanceSpec spec) {
    List<Network> networks = new ArrayList<>();
    for (String name : spec.networks()) {
      networks.add(Network.of(name, List.of("10.0." + networks.size() + ".7")));
    }
    return networks;
  }

  private void publish(String id) throws IOException, InterruptedException {
    String host = FleetKeys.parts(id).orElseThrow().host();
    Map<String, Object> fields = started.get(id).build().toMap();
    String json = new PublishedInstance(host, "1", fields).toJson();
    client.commit(Transaction.begin().put(keys.instance(id), json));
  }

  private void change(String id, Instance.Builder changed) throws Exception {
    started.put(id, changed);
    publish(id);
  }

  @Override
  public void stop(String id) throws Exception {
    started.remove(id);
    client.commit(Transaction.begin().delete(KeyRange.of(keys.instance(id))));
  }

  @Override
  public void pause(String id) throws Exception {
    change(id, started.get(id).state(InstanceState.PAUSED));
  }

  @Override
  public void unpause(String id) throws Exception {
    change(id, started.get(id).state(InstanceState.RUNNING));
  }

  @Override
  public void rename(String id, String name) throws Exception {
    Map<String, Object> fields = new HashMap<>(started.get(id).build().toMap());
    fields.put("container_name", name);
    String host = FleetKeys.parts(id).orElseThrow().host();
    String json = new PublishedInstance(host, "1", fields).toJson();
    client.commit(Transaction.begin().put(keys.instance(id), json));
  }

  @Override
  public String startNamesake(String id) throws Exception {
    Parts one = FleetKeys.parts(id).orElseThrow();
    int next = (HOSTS.indexOf(one.host()) + 1) % HOSTS.size();
    String other = new Parts(HOSTS.get(next), one.backend(), one.id()).fleetId();
    String name = started.get(id).build().containerName();
    change(other, Instance.builder(one.backend(), one.id(), name).startedAt(Instant.now()));
    return other;
  }

  @Override
  public void relabel(String id, Map<String, String> labels) throws Exception {
    change(id, started.get(id).labels(labels));
  }

  @Override
  public void readdress(String id) throws Exception {
    change(id, started.get(id).networks(List.of(Network.of("new", List.of("10.0.9.9")))));
  }

  @Override
  public void restart(String id) throws Exception {
    int count = starts.merge(id, 1, Integer::sum);
    change(id, started.get(id).life(String.valueOf(count)).startedAt(Instant.now()));
  }

  @Override
  public void setHealth(String id, Health health) throws Exception {
    change(id, started.get(id).health(health));
  }

  @Override
  public void crash(String id) throws Exception {
    change(id, started.get(id).state(InstanceState.RESTARTING));
  }

  @Override
  public void loseRuntime() throws Exception {
    for (int i = 0; i < servers.size(); i++) {
      servers.kill(i);
    }
  }

  @Override
  public void restoreRuntime() throws Exception {
    for (int i = 0; i < servers.size(); i++) {
      servers.startAgain(i);
    }
    servers.awaitLeader();
  }

  @Override
  public void freezeRuntime() throws Exception {
    for (int i = 0; i < servers.size(); i++) {
      servers.freeze(i);
    }
  }

  @Override
  public void thawRuntime() throws Exception {
    for (int i = 0; i < servers.size(); i++) {
      servers.thaw(i);
    }
  }

  @Override
  public FailingConfig absent() {
    List<String> places = List.of("http://127.0.0.1:1", "http://127.0.0.1:2");
    return new FailingConfig(
        BackendConfig.of("kit", Map.of("endpoints", places, "prefix", "/koi/")), places);
  }

  @Override
  public FailingConfig refusing() throws IOException {
    String place = "http://127.0.0.1:" + closing.getLocalPort();
    return FailingConfig.naming(BackendConfig.of("kit", Map.of("endpoints", place)), place);
  }

  @Override
  public FailingConfig invalid() {
    return FailingConfig.naming(
        BackendConfig.of("kit", Map.of("endpoints", "somewhere")), "endpoints");
  }

  /** Accepts connections and says nothing of HTTP. */
  private final ServerSocket closing = closing();

  private static ServerSocket closing() throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (!socket.isClosed()) {
                try (java.net.Socket connection = socket.accept()) {
                  connection.getOutputStream().write("no HTTP\r\n\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                  // the next one
                }
              }
            },
            "refusing");
    thread.setDaemon(true);
    thread.start();
    return socket;
  }

  @Override
  public void close() throws Exception {
    thawRuntime();
    restoreRuntime();
    client.commit(Transaction.begin().delete(keys.all()));
    client.close();
    closing.close();
  }
}
