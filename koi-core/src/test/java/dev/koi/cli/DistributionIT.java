package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Endpoint;
import dev.koi.testkit.engine.Reply;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built distribution, as a process, as a user starts it. */
@Timeout(120)
class DistributionIT {

  @TempDir Path directory;

  private InstalledKoi koi;
  private SimulatedEngine engine;

  @BeforeEach
  void install() throws Exception {
    // A temporary directory is its owner's alone; another user is to get as far as the socket.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    koi = InstalledKoi.at(directory.resolve("koi home"));
    engine = SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine.sock"));
  }

  @AfterEach
  void end() {
    koi.close();
    engine.close();
  }

  @Test
  void watchPrintsEachChangeAndEndsWithZeroAtSigterm() throws Exception {
    String web = engine.run(ContainerSpec.of("web"));
    Path out = directory.resolve("out");
    Process watch = koi.start(out, "watch", "--json", "--set", host());

    InstalledKoi.awaitLine(out, "\\{\"type\":\"started\".*\"container_name\":\"web\".*");
    engine.pause(web);
    InstalledKoi.awaitLine(out, "\\{\"type\":\"updated\".*\"changed\":\\[\"state\"\\]\\}");
    engine.run(ContainerSpec.of("db"));
    InstalledKoi.awaitLine(out, "\\{\"type\":\"started\".*\"container_name\":\"db\".*");
    engine.unpause(web);
    engine.stop(web);
    InstalledKoi.awaitLine(out, "\\{\"type\":\"stopped\".*\"container_name\":\"web\".*");

    watch.destroy();
    assertThat(watch.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.exitValue()).isEqualTo(ExitCode.OK);
  }

  @Test
  void serveAnswersUntilSigtermAndEndsWithZero() throws Exception {
    engine.run(ContainerSpec.of("web"));
    Path out = directory.resolve("out");
    Process serve = koi.start(out, "serve", "--port", "0", "--set", host());
    InstalledKoi.awaitLine(out, "koi: serves http://127.0.0.1:\\d+/; .*");
    Matcher address = Pattern.compile("http://[^;]*").matcher(Files.readString(out));
    assertThat(address.find()).isTrue();

    URI instances = URI.create(address.group() + "v1/runtime/instances");
    await().until(() -> read(instances).contains("\"container_name\":\"web\""));
    assertThat(read(URI.create(address.group()))).startsWith("<!doctype html>");

    serve.destroy();
    assertThat(serve.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(serve.exitValue()).as(Files.readString(out)).isEqualTo(ExitCode.OK);
  }

  private static String read(URI address) throws IOException {
    try (InputStream answer = address.toURL().openStream()) {
      return new String(answer.readAllBytes(), UTF_8);
    }
  }

  @Test
  void aPortInUseIsAFailureWithAReason() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path out = directory.resolve("out");
      String port = taken.getLocalPort() + "";
      Process serve = koi.start(out, "serve", "--port", port, "--set", host());

      assertThat(serve.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(serve.exitValue()).isEqualTo(ExitCode.FAILURE);
      assertThat(out)
          .hasContent(
              "koi: cannot listen on 127.0.0.1:"
                  + port
                  + ": Address already in use; --host and --port choose another address");
    }
  }

  @Test
  void theUnitOfSystemdIsValidAndHardened() throws Exception {
    assumeThat(Path.of("/usr/bin/systemd-analyze")).exists();

    InstalledKoi.run(
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=20", // of 100, where 96 is a service without any option
        koi.home().resolve("systemd/koi.service").toString());
  }

  @Test
  void sigtermKillsTheCommandOfExecAndIsASuccess() throws Exception {
    engine.run(ContainerSpec.of("web"));
    Path out = directory.resolve("out");
    String command = "trap '' TERM; echo pid=$$ $KOI_EVENT $KOI_NAME; while :; do sleep 0.1; done";
    Process watch = koi.start(out, "watch", "--exec", command, "--set", host());
    InstalledKoi.awaitLine(out, "docker/web: pid=\\d+ started web");
    Matcher pid = Pattern.compile("pid=(\\d+)").matcher(Files.readString(out));
    assertThat(pid.find()).isTrue();
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid.group(1)));

    watch.destroy();
    assertThat(watch.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.exitValue()).isEqualTo(ExitCode.OK);
    assertThat(process.map(ProcessHandle::isAlive).orElse(false)).isFalse();
    assertThat(Files.readString(out)).doesNotContain("the command");
  }

  @Test
  void aClosedPipeEndsTheWatchSilently() throws Exception {
    engine.run(ContainerSpec.of("web"));
    Path out = directory.resolve("out");
    Process shell =
        koi.start(
            out,
            List.of("sh", "-c", "\"$0\" watch --set " + host() + " | head -n 1", koi.script()));
    InstalledKoi.awaitLine(out, ".*docker/web.*");

    AtomicInteger number = new AtomicInteger();
    await()
        .pollInterval(200, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              // Causes a line that nobody reads.
              engine.run(ContainerSpec.of("more-" + number.incrementAndGet()));
              return !shell.isAlive();
            });
    assertThat(Files.readAllLines(out)).hasSize(1);
  }

  @Test
  void aJarInBackendsIsLoaded() throws Exception {
    Path out = directory.resolve("out");
    koi.dropIn(DroppedInBackend.class);

    assertThat(koi.start(out, "list", "--backend", "dropped-in").waitFor()).isEqualTo(ExitCode.OK);
    assertThat(Files.readString(out)).contains("stranger", "dropped-in");
  }

  @Test
  void aBackendThatExitsIsAFailureAndItsOutputIsNoResult() throws Exception {
    Path out = directory.resolve("out");
    koi.dropIn(ExitingBackend.class);
    String list = "\"$0\" list --json --backend exiting 2>\"$1\"";

    Process process =
        koi.start(
            out, List.of("sh", "-c", list, koi.script(), directory.resolve("err").toString()));
    assertThat(process.waitFor()).isEqualTo(ExitCode.FAILURE);
    assertThat(out).isEmptyFile();
    assertThat(directory.resolve("err"))
        .hasContent(
            "noise\nkoi: dev.koi.cli.ExitingBackend.connect called System.exit, which ends Koi");
  }

  @Test
  void aForbiddenSocketIsAFailureWithAReason() throws Exception {
    assumeThat(System.getProperty("user.name"))
        .as("only root can become another")
        .isEqualTo("root");
    Files.setPosixFilePermissions(engine.socket(), PosixFilePermissions.fromString("rw-------"));
    Path out = directory.resolve("out");
    List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    List<String> command = new ArrayList<>(asNobody);
    command.addAll(List.of(koi.script(), "list", "--set", host()));

    assertThat(koi.start(out, command).waitFor()).isEqualTo(ExitCode.FAILURE);
    assertThat(Files.readAllLines(out))
        .singleElement()
        .asString()
        .startsWith("koi: docker: ")
        .contains(engine.socket().toString(), "ermission");
  }

  @Test
  void aSocketThatDoesNotAnswerIsNamed() throws Exception {
    engine.faults().on(Endpoint.PING).reply(Reply::hang);
    Path out = directory.resolve("out");

    String patience = "koi.backends.docker.connect-timeout=1 second";
    assertThat(koi.start(out, "list", "--set", host(), "--set", patience).waitFor())
        .isEqualTo(ExitCode.FAILURE);
    assertThat(Files.readString(out))
        .contains("no answer to GET /_ping within 1000 ms at unix://" + engine.socket());
  }

  @Test
  void theBillOfMaterialsListsAllJars() throws IOException {
    Path bill = InstalledKoi.BUILT.resolve("lib/koi.cdx.json");
    assumeThat(bill).as("made only by a build that is online").exists();
    List<String> listed =
        Pattern.compile("\"purl\" : \"pkg:maven/[^/]+/([^@]+)@([^?]+)")
            .matcher(Files.readString(bill))
            .results()
            .map(match -> match.group(1) + "-" + match.group(2) + ".jar")
            .toList();

    try (Stream<Path> files = Files.walk(InstalledKoi.BUILT.resolve("lib"))) {
      assertThat(listed)
          .containsExactlyInAnyOrderElementsOf(
              files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".jar")).toList());
    }
  }

  @Test
  void aTableFitsTheTerminalAndHasColours() throws Exception {
    assumeThat(Path.of("/usr/bin/script")).as("makes a terminal").exists();
    engine.run(ContainerSpec.of("web").image("registry.example.com/team/a-long-name:1.2.3"));
    Path out = directory.resolve("out");
    String list = "'" + koi.script() + "' list --set " + host();

    koi.start(
            out,
            List.of(
                "env",
                "-u",
                "COLUMNS",
                "-u",
                "NO_COLOR",
                "TERM=xterm",
                "script",
                "-qec",
                "stty cols 50; " + list,
                "/dev/null"))
        .waitFor();
    assertThat(Files.readString(out))
        .contains("\u001b[1mNAME\u001b[0m", "web")
        .doesNotContain("registry");
    assertThat(Files.readString(out).replaceAll("\u001b\\[[0-9]*[mK]", "").split("[\r\n]+", -1))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(50));

    koi.start(out, "list", "--set", host()).waitFor();
    assertThat(Files.readString(out)).contains("a-long-name:1.2.3").doesNotContain("\u001b");
  }

  private String host() {
    return "koi.backends.docker.host=unix://" + engine.socket();
  }
}
