package dev.koi;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.koi.fleet.EtcdServers;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command of docs/fleet.md works, and its roles allow no more than the page says. */
@LongTest
@Timeout(300)
class FleetGuideIT {

  private static final Path PAGE = Path.of("docs/fleet.md");
  private static final Path BIN = Path.of("target/koi/bin").toAbsolutePath();
  private static final String ETCD = System.getProperty("koi.fleet.etcd", "/usr/bin");
  private static final List<String> PASSWORDS =
      List.of("web-1-password", "reader-password", "keeper-password", "root-password");

  private static Map<String, String> blocks; // by their marks

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private int clientPort;
  private int peerPort;

  @BeforeEach
  void prepare() throws IOException {
    for (String tool : List.of("etcd", "etcdctl", "openssl")) {
      assumeTrue(
          Files.isExecutable(Path.of("/usr/bin", tool)),
          tool + " is missing: apt-get install etcd-server etcd-client openssl to run this test");
    }
    blocks = CodeBlock.all(PAGE).stream().collect(toMap(CodeBlock::mark, CodeBlock::text));
    List<Integer> ports = EtcdServers.freePorts(2);
    clientPort = ports.get(0);
    peerPort = ports.get(1);
    for (String mark : blocks.keySet()) {
      if (mark.startsWith("file ")) {
        Files.writeString(directory.resolve(mark.substring(5)), adapted(blocks.get(mark)));
      }
    }
  }

  @AfterEach
  void end() {
    for (Process process : processes) {
      Stream.concat(process.descendants(), Stream.of(process.toHandle()))
          .forEach(ProcessHandle::destroyForcibly);
      process.onExit().join();
    }
  }

  /** Has its own ports and files in place of those of the page. */
  private String adapted(String text) {
    return text.replace(":2379", ":" + clientPort).replace("/etc/koi", directory.toString());
  }

  private Process start(String name, String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", adapted(command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output(name).toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("ETCD"));
    builder.environment().put("PATH", BIN + ":" + ETCD + ":" + System.getenv("PATH"));
    builder.environment().put("CONFIG_FORCE_koi_fleet_lease", "6s");
    builder.environment().put("DOCKER_HOST", "unix://" + socket());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** Runs commands to their end, and returns what they print. */
  private String run(String commands) throws Exception {
    assertThat(exitCode(commands)).as(commands + "\n" + printed("run")).isZero();
    return printed("run");
  }

  /** Runs commands again and again, until what they print is right: a host publishes bit by bit. */
  private void awaitRun(String commands, Consumer<String> right) {
    await().untilAsserted(() -> right.accept(run(commands)));
  }

  private int exitCode(String commands) throws Exception {
    return start("run", commands).waitFor();
  }

  private Path output(String name) {
    return directory.resolve(name + ".out");
  }

  private String printed(String name) throws IOException {
    return Files.readString(output(name));
  }

  private void awaitPrinted(String name, String text) {
    await().untilAsserted(() -> assertThat(printed(name)).contains(text));
  }

  private void startEtcd(String command, String further) throws IOException {
    String peer = "http://127.0.0.1:" + peerPort;
    start(
        "etcd",
        command.strip()
            + " --listen-peer-urls "
            + peer
            + " --initial-advertise-peer-urls "
            + peer
            + " --initial-cluster default="
            + peer
            + further);
    awaitPrinted("etcd", "ready to serve client requests");
  }

  @Test
  void threeHostsAreOnePictureAlsoWithoutOneOfThem() throws Exception {
    String client = "http://127.0.0.1:2379";
    startEtcd(
        blocks.get("etcd"),
        " --listen-client-urls " + client + " --advertise-client-urls " + client);
    Map<String, Process> hosts = new LinkedHashMap<>();
    for (String line : blocks.get("host").split("\n", -1)) {
      if (!line.isEmpty()) {
        String name = line.replaceFirst(".*koi.fleet.host=", "");
        hosts.put(name, start(name, "exec " + line));
      }
    }
    assertThat(hosts.keySet()).containsExactly("web-1", "web-2", "web-3");
    hosts.keySet().forEach(host -> awaitPrinted(host, "koi: publishes to http://"));

    String[] watch = blocks.get("watch").split("\n", -1);
    awaitRun(
        watch[0],
        printed ->
            assertThat(printed)
                .containsPattern("NAME +STATE +PORTS +BACKEND +HOST ")
                .contains("web-1", "web-2", "web-3", "running"));
    assertThat(run(watch[1])).contains("web-2").doesNotContain("web-1", "web-3");
    awaitRun(
        watch[2],
        printed ->
            assertThat(printed)
                .containsPattern("(?m)^web-1 +published +[0-9]+ +[0-9]+s +docker connected"));
    hosts.get("web-3").destroyForcibly().waitFor();

    String[] killed = blocks.get("killed").split("\n", -1);
    await()
        .untilAsserted(
            () -> assertThat(run(killed[0])).containsPattern("(?m)^web-3 +out of sight +[1-9]"));
    assertThat(run(killed[1])).contains("web-3", "running");
    assertThat(run(killed[2])).contains("forgot host web-3, which had ");
    assertThat(run(killed[0])).contains("web-1", "web-2").doesNotContain("web-3");
  }

  @Test
  void theUserOfAHostWritesItsOwnInstancesOnlyAndAReaderNone() throws Exception {
    run(blocks.get("certificates"));
    startEtcd(blocks.get("secure etcd"), "");
    run(blocks.get("roles"));
    for (String user : List.of("web-1", "reader", "keeper")) {
      Files.writeString(directory.resolve(user + ".password"), user + "-password\n");
    }
    Files.createDirectory(directory.resolve("etcd"));
    Files.copy(directory.resolve("ca.pem"), directory.resolve("etcd/ca.pem"));
    String publish = "exec " + blocks.get("secure").strip() + " --port 0 --backend docker";
    SimulatedEngine engine = SimulatedEngine.start(Dialect.DOCKER_28, socket());
    engine.run(ContainerSpec.of("shop").publish(8080, 80));
    start("web-1", publish);
    awaitPrinted("web-1", "koi: publishes to https://localhost:" + clientPort);

    await()
        .untilAsserted(
            () ->
                assertThat(run(blocks.get("secure watch")))
                    .containsPattern("(?m)^web-1 +published +1 ")
                    .containsPattern("(?m)^shop +running .* fleet +web-1 "));
    start("web-2", publish + " --set koi.fleet.host=web-2");
    awaitPrinted("web-2", "koi: does not publish now: ");
    awaitPrinted("web-2", "permission denied");
    run("koi fleet hosts --json" + keeper() + " | grep -q web-1");
    assertThat(exitCode("koi fleet forget web-1" + keeper())).isEqualTo(2);
    assertThat(printed("run")).contains("host web-1 is published at this time");
    assertThat(exitCode("koi fleet forget web-1 --config reader.conf")).isEqualTo(1);
    assertThat(printed("run")).contains("permission denied");
    for (String output : List.of("web-1", "web-2", "run")) {
      assertThat(printed(output)).doesNotContain(PASSWORDS);
    }
    engine.close();
  }

  private Path socket() {
    return directory.resolve("engine.sock");
  }

  private String keeper() {
    return " --set koi.fleet.endpoints=https://localhost:2379 --set koi.fleet.user=keeper"
        + " --set koi.fleet.password-file=/etc/koi/keeper.password"
        + " --set koi.fleet.cert-path=/etc/koi/etcd";
  }
}
