package dev.koi.cli;

import static dev.koi.cli.TestKoi.awaitTrue;
import static dev.koi.testkit.engine.Endpoint.EVENTS;
import static dev.koi.testkit.engine.Endpoint.PING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Endpoint;
import dev.koi.testkit.engine.Fault;
import dev.koi.testkit.engine.Reply;
import dev.koi.testkit.engine.SimulatedEngine;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The complete output of commands on simulated engines whose clocks stand still. */
class ScreensTest {

  private static final Instant STARTED = Instant.parse("2026-01-01T12:00:00Z");
  private static final Clock NOW = Clock.fixed(STARTED.plus(Duration.ofHours(3)), ZoneOffset.UTC);

  @TempDir Path directory;

  private final TestKoi koi = new TestKoi(NOW);
  private SimulatedEngine docker;
  private SimulatedEngine podman;

  @BeforeEach
  void start() {
    koi.set("koi.timing.disconnect-grace", "1ms");
    koi.set("koi.serve.port", 1); // where nothing listens
    docker = engine("docker", Dialect.DOCKER_28);
    podman = engine("podman", Dialect.PODMAN_5);
  }

  private SimulatedEngine engine(String name, Dialect dialect) {
    Path socket = directory.resolve(name + ".sock");
    koi.connect(name, socket);
    return SimulatedEngine.start(dialect, socket, Clock.fixed(STARTED, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    docker.close();
    podman.close();
  }

  private void populate() {
    String web =
        docker.run(
            service("web", 1)
                .image("nginx:1.27")
                .publish(8080, 80)
                .publish("127.0.0.1:9000:9000")
                .publish("127.0.0.1:9001:9001")
                .healthcheck("true")
                .label("koi.enable", "true")
                .label("koi.name", "The Shop")
                .label("koi.type", "_http._tcp")
                .label("koi.txt.api-token", "swordfish")
                .label("koi.nmae", "Shop")
                .label("koi.proxy.port", "http")
                .label("maintainer", "them"));
    docker.health(web, "healthy");
    docker.run(service("worker", 1).image("registry.example.com:5000/team/worker:3.2"));
    String second =
        docker.run(service("worker", 2).image("registry.example.com:5000/team/worker:3.2"));
    docker.connectNetwork(second, "backbone");
    docker.pause(docker.run(ContainerSpec.of("数据库-主要").image("postgres:17").expose(5432)));
    String sick = podman.run(ContainerSpec.of("sick").image("busybox:1").healthcheck("false"));
    podman.health(sick, "unhealthy");
  }

  private static ContainerSpec service(String name, int number) {
    return ContainerSpec.of("shop-" + name + "-" + number)
        .network("shop_default", name)
        .label("com.docker.compose.config-hash", "5f2c")
        .label("com.docker.compose.project", "shop")
        .label("com.docker.compose.service", name)
        .label("com.docker.compose.container-number", Integer.toString(number));
  }

  @Test
  void aListFitsTheTerminal() {
    populate();

    assertThat(run(80, "list")).isEqualTo(ExitCode.OK);
    assertThat(koi.out())
        .isEqualTo(
            """
            NAME           STATE      PORTS                     BACKEND  AGE  IMAGE
            shop-worker-1  running                              docker   3h   …am/worker:3.2
            shop-worker-2  running                              docker   3h   …am/worker:3.2
            web            healthy    8080->80/tcp, 127.0.0.1…  docker   3h   nginx:1.27
            数据库-主要    paused     5432/tcp                  docker   3h   postgres:17
            sick           unhealthy                            podman   3h   busybox:1
            """);
    assertThat(run(200, "list")).isEqualTo(ExitCode.OK);
    assertThat(koi.out())
        .isEqualTo(
            """
            NAME           STATE      PORTS                                             BACKEND  AGE  IMAGE                                      ADDRESSES
            shop-worker-1  running                                                      docker   3h   registry.example.com:5000/team/worker:3.2  172.18.0.8
            shop-worker-2  running                                                      docker   3h   registry.example.com:5000/team/worker:3.2  172.18.0.11, 172.19.0.13
            web            healthy    8080->80/tcp, 127.0.0.1:9000-9001->9000-9001/tcp  docker   3h   nginx:1.27                                 172.18.0.4
            数据库-主要    paused     5432/tcp                                          docker   3h   postgres:17                                172.17.0.15
            sick           unhealthy                                                    podman   3h   busybox:1                                  10.88.0.4
            """);
  }

  @Test
  void aListWithoutMatchesSaysSo() {
    populate();

    assertThat(run(0, "list", "--label", "com.docker.compose.service=nope")).isEqualTo(ExitCode.OK);
    assertThat(koi.out()).isEmpty();
    assertThat(koi.err()).isEqualTo("koi: none of 5 matches\n");
  }

  @Test
  void aListSaysThatPortsAreMissing() {
    ContainerSpec many = ContainerSpec.of("many");
    for (int port = 1; port <= 1100; port++) {
      many = many.expose(2 * port);
    }
    docker.run(many);

    run(0, "list");
    assertThat(koi.out()).contains("2046/tcp, 2048/tcp, and more  docker");
    run(0, "explain", "many");
    assertThat(koi.out()).contains("Koi has dropped some", " and 971 more\n");
  }

  @Test
  void anExplanation() {
    populate();

    assertThat(run(80, "explain", "web")).isEqualTo(ExitCode.OK);
    assertThat(koi.out())
        .isEqualTo(
            """
            docker/web  d7bdab87ed58
              container  shop-web-1
              compose    shop/web number 1
              image      nginx:1.27
              state      running (healthy) for 3h
              networks   shop_default=172.18.0.4

            labels
              koi.enable=true
                  enable = true
              koi.name=The Shop
                  name = The Shop
              koi.nmae=Shop
                  rejected: is not a label that Koi knows; did you mean koi.name?
              koi.proxy.port=http
                  rejected: must be a port number in 1..65535, as in 8080
              koi.txt.api-token=***
                  txt.api-token = ***
              koi.type=_http._tcp
                  service_type = _http._tcp
              com.docker.compose.config-hash, .container-number, .project, .service
                  compose = shop/web number 1
              ignored    maintainer

            ports
              _http._tcp (koi.type says so)
                  8080->80/tcp, 127.0.0.1:9000-9001->9000-9001/tcp

            announced  wanted, because koi.enable=true asks for it
              as         The Shop
              now        'koi serve --announce' would do so; asked at 127.0.0.1:1: Connection refused
            """);
  }

  @Test
  void whatAnEngineDoesNotDescribeIsNamed() {
    String web = docker.run(ContainerSpec.of("web"));
    docker.faults().on(Endpoint.INSPECT).mentioning(web).reply(reply -> reply.status(500));
    String limit =
        "web cannot be inspected, so health, start and addresses are missing or old: GET ";

    assertThat(run(0, "explain", "web")).isEqualTo(ExitCode.OK);
    assertThat(koi.out())
        .contains("  state      running, since when is unknown\n")
        .contains("\ndocker is limited\n             " + limit);
    assertThat(run(0, "explain", "web", "--json")).isEqualTo(ExitCode.OK);
    assertThat(koi.out()).contains("\"limitation\":\"" + limit);
    assertThat(run(0, "backends", "--backend", "docker")).isEqualTo(ExitCode.OK);
    assertThat(koi.out())
        .startsWith("docker  connected, limited\n")
        .contains("  limited    " + limit);
  }

  @Test
  void explainTakesANameOrTheFirstDigitsOfAnId() {
    String id = docker.run(ContainerSpec.of("web"));

    for (String word : List.of("web", "docker/web", id, id.substring(0, 6))) {
      assertThat(run(80, "explain", word)).as(word).isEqualTo(ExitCode.OK);
      assertThat(koi.out()).startsWith("docker/web  " + id.substring(0, 12));
    }
  }

  @Test
  void anAmbiguousNameIsAFailureThatListsTheInstances() {
    populate();

    assertThat(run(80, "explain", "worker")).isEqualTo(ExitCode.FAILURE);
    assertThat(koi.out()).isEmpty();
    assertThat(koi.err())
        .startsWith("koi: 'worker' matches 2 instances; choose one of:\n")
        .contains("\n  docker/shop-worker-1  ", "\n  docker/shop-worker-2  ");
  }

  @Test
  void anUnknownNameIsAFailureThatNamesASimilarOne() {
    populate();

    assertThat(run(80, "explain", "wbe")).isEqualTo(ExitCode.FAILURE);
    assertThat(koi.err())
        .isEqualTo("koi: no running instance is called 'wbe'; did you mean 'web'?\n");
    assertThat(run(80, "explain", "something")).isEqualTo(ExitCode.FAILURE);
    assertThat(koi.err())
        .isEqualTo("koi: no running instance is called 'something'; 'koi list' shows what runs\n");
  }

  @Test
  void theBackends() throws IOException {
    populate();
    podman.faults().on(EVENTS).reply(reply -> reply.status(403));
    koi.home(directory);
    Path broken = Files.createDirectory(directory.resolve("backends")).resolve("broken.jar");
    Files.writeString(broken, "junk");
    koi.set("koi.backends.old.type", "docker");
    koi.set("koi.backends.old.host", "unix://" + directory);
    koi.set("koi.backends.off.type", "docker");
    koi.set("koi.backends.off.enabled", "false");
    String all = "backends --backend docker --backend podman --backend old --backend off";

    assertThat(run(0, all.split(" ", -1))).isEqualTo(ExitCode.FAILURE);
    assertThat(
            koi.out()
                .replace(directory.toString(), "DIR")
                .replaceAll("from       .*", "from       JAR")
                .replaceAll("(backend +\\w+) .*", "$1") // a jar has a version, a directory none
                .replaceAll("GET /v\\S+", "GET EVENTS"))
        .isEqualTo(
            """
            docker  connected
              runtime    Docker Engine 28.5.2+dfsg4, API 1.51
              at         unix://DIR/docker.sock
              instances  4
              backend    docker
              from       JAR

            off  disabled
              why        disabled by its configuration
              backend    docker
              from       JAR

            old  failed
              why        unix://DIR (koi.backends.old.host) is a directory, not a socket; container runtimes make one where a mounted socket is missing
              backend    docker
              from       JAR

            podman  connected, limited
              runtime    Podman 5.4.2, API 1.41
              at         unix://DIR/podman.sock
              instances  1
              limited    changes are looked for every 5 s, because GET EVENTS got status 403 at unix://DIR/podman.sock: simulated status 403; a proxy in front of the engine must allow EVENTS
              backend    podman
              from       JAR

            cannot be used
                         DIR/backends/broken.jar is not a jar, or is damaged: zip END header not found; copy it again
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"list --backend docker", "watch --backend docker"})
  void aSlowEngineIsNamedWhileKoiWaits(String command) throws Exception {
    docker.run(ContainerSpec.of("web"));
    koi.screen(80, true);
    Fault slow = docker.faults().on(PING).reply(Reply::hang);
    Thread running = koi.start(command.split(" ", -1));

    awaitTrue(() -> koi.err().equals("koi: waiting for docker ...\n"));
    slow.lift();
    koi.awaitOut("docker");
    koi.end(running, docker::shutDown);
  }

  @Test
  void aWatchWithoutInstancesSaysSoOnATerminal() throws Exception {
    koi.screen(80, true);
    Thread watch = koi.start("watch", "--backend", "docker");
    awaitTrue(() -> koi.err().contains("koi: watching docker; nothing runs yet\n"));
    koi.end(watch, docker::shutDown);

    docker.close();
    docker = engine("docker", Dialect.DOCKER_28);
    docker.run(ContainerSpec.of("web"));
    Thread filtered = koi.start("watch", "--backend", "docker", "--name", "db");
    awaitTrue(() -> koi.err().contains("koi: watching docker; none of 1 matches yet\n"));
    koi.end(filtered, docker::shutDown);
  }

  @Test
  void anExplanationIsFollowedByTheChanges() throws Exception {
    String web = docker.run(ContainerSpec.of("web"));
    docker.run(ContainerSpec.of("other"));
    Thread follow = koi.start("explain", "web", "--follow");

    koi.awaitOut("+ docker/web  running");
    assertThat(koi.out()).contains("announced  no");
    docker.pause(web);
    koi.awaitOut("~ docker/web  state running -> paused");
    docker.remove(web);
    docker.run(ContainerSpec.of("web").image("busybox:2"));
    koi.awaitOut("+ docker/web  running  busybox:2");
    assertThat(koi.out()).doesNotContain("other");
    koi.end(follow, docker::shutDown);
  }

  @Test
  void noCommandPrintsControlCharacters() throws Exception {
    String hostile = "\u001b]0;own\u0007\u001b[2J\n\t\r\u009b31m\u202e\u2066\u2028x";
    String id =
        docker.run(
            service("x", 1)
                .image("image" + hostile)
                .healthcheck("true")
                .label("com.docker.compose.service", "hostile")
                .label("koi.name", hostile)
                .label("koi." + hostile, hostile)
                .label("koi.txt.a", hostile)
                .label("big", hostile.repeat(1 << 16))
                .label(hostile, hostile));
    docker.connectNetwork(id, "network" + hostile);
    podman.faults().on(PING).reply(r -> r.status(500).body("{\"message\":\"\\u001b[2J\\u202e\"}"));
    for (String command :
        List.of(
            "list",
            "list --json",
            "explain hostile",
            "explain hostile --json",
            "explain nope",
            "backends",
            "backends --json")) {
      run(0, command.split(" ", -1));
      assertHarmless(command);
    }
    for (String command : List.of("explain hostile --follow", "watch", "watch --json")) {
      Thread running = koi.start(command.split(" ", -1));
      koi.awaitOut("docker");
      docker.rename(id, "renamed" + command.length() + hostile);
      koi.awaitOut("renamed" + command.length());
      await().untilAsserted(() -> assertHarmless(command)); // a line may be printed in part
      koi.end(running, () -> docker.rename(id, "end" + command.length()));
    }
  }

  private void assertHarmless(String command) {
    assertThat(koi.out() + koi.err())
        .as(command)
        .isNotEmpty()
        .matches(text -> text.codePoints().allMatch(c -> c == '\n' || isReadable(c)), "readable");
    if (command.equals("list")) {
      assertThat(koi.out().lines()).hasSize(2);
    } else if (command.endsWith("--json")) {
      assertThat(koi.out()).as(command).matches("[ -~\n]+").matches("(?s)[{\\[].*[}\\]]\n");
    }
  }

  @Test
  void noMessagePrintsControlCharacters() {
    String hostile = "\u001b[2J\r\u009b31m\u202e";
    for (int number = 1; number <= 2; number++) {
      docker.run(
          ContainerSpec.of("twin" + number + hostile)
              .label("com.docker.compose.config-hash", "5f2c")
              .label("com.docker.compose.project", "twins")
              .label("com.docker.compose.service", "twin"));
    }
    for (String command :
        List.of(
            "explain|@",
            "explain|twin",
            "@",
            "list|--@",
            "list|@",
            "list|--state|@",
            "list|--backend|@",
            "list|--config|@",
            "list|--set|koi.backends.docker.@=1")) {
      assertThat(run(0, command.replace("@", hostile).split("\\|", -1)))
          .as(command)
          .isNotEqualTo(ExitCode.OK);
      assertThat(koi.out()).as(command).isEmpty();
      assertThat(koi.err())
          .as(command)
          .contains("\\x1b[2J\\x0d\\x9b31m\\u202e")
          .matches("[ -~\n]+");
    }
  }

  @Test
  void loneSurrogatesAreEscaped() {
    try (InMemoryWorld world = InMemoryWorld.open("in-memory")) {
      world.start("x", facts -> facts.image("half \ud83d").labels(Map.of("koi.\udc1f", "\ud83d")));
      for (String command : List.of("list", "list --json", "explain x", "explain x --json")) {
        assertThat(run(0, command.split(" ", -1))).isEqualTo(ExitCode.OK);
        assertThat(koi.out()).as(command).contains("half \\").matches("[ -~\n]+");
      }
    }
  }

  private static boolean isReadable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private int run(int width, String... command) {
    koi.screen(width, false);
    return koi.run(command);
  }
}
