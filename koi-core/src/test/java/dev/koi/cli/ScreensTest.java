package dev.koi.cli;

import static dev.koi.testkit.engine.Endpoint.EVENTS;
import static dev.koi.testkit.engine.Endpoint.LIST;
import static dev.koi.testkit.engine.Endpoint.PING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Fault;
import dev.koi.testkit.engine.Reply;
import dev.koi.testkit.engine.SimulatedEngine;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole screens, to the letter: on simulated engines whose clock stands still. */
class ScreensTest {

  private static final Instant STARTED = Instant.parse("2026-01-01T12:00:00Z");
  private static final Clock NOW = Clock.fixed(STARTED.plus(Duration.ofHours(3)), ZoneOffset.UTC);

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path directory;

  private final Sink out = new Sink();
  private final Sink err = new Sink();
  private final List<String> settings = new ArrayList<>();
  private Optional<Path> home = Optional.empty();
  private int notes; // columns; none, as a busy machine would show some anywhere
  private SimulatedEngine docker;
  private SimulatedEngine podman;

  @BeforeEach
  void start() {
    settings.addAll(List.of("--set", "koi.timing.disconnect-grace=1ms"));
    settings.addAll(List.of("--set", "koi.timing.connect=1m")); // on a busy machine
    docker = engine("docker", Dialect.DOCKER_28);
    podman = engine("podman", Dialect.PODMAN_5);
  }

  private SimulatedEngine engine(String name, Dialect dialect) {
    Path socket = directory.resolve(name + ".sock");
    settings.addAll(List.of("--set", "koi.backends." + name + ".host=unix://" + socket));
    settings.addAll(List.of("--set", "koi.backends." + name + ".connect-timeout=1m"));
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
        .label("com.docker.compose.project", "shop")
        .label("com.docker.compose.service", name)
        .label("com.docker.compose.container-number", Integer.toString(number));
  }

  @Test
  void theListAtEightyColumns() {
    populate();

    assertThat(run(80, "list")).isEqualTo(ExitCode.OK);
    assertThat(out())
        .isEqualTo(
            """
            NAME           IMAGE           STATE      PORTS                     BACKEND  AGE
            shop-worker-1  …am/worker:3.2  running                              docker   3h
            shop-worker-2  …am/worker:3.2  running                              docker   3h
            web            nginx:1.27      healthy    8080->80/tcp, 127.0.0.1…  docker   3h
            数据库-主要    postgres:17     paused     5432/tcp                  docker   3h
            sick           busybox:1       unhealthy                            podman   3h
            """);
  }

  @Test
  void theListAtTwoHundredColumns() {
    populate();

    assertThat(run(200, "list")).isEqualTo(ExitCode.OK);
    assertThat(out())
        .isEqualTo(
            """
            NAME           IMAGE                                      STATE      PORTS                                             ADDRESSES                 BACKEND  AGE
            shop-worker-1  registry.example.com:5000/team/worker:3.2  running                                                      172.18.0.8                docker   3h
            shop-worker-2  registry.example.com:5000/team/worker:3.2  running                                                      172.18.0.11, 172.19.0.13  docker   3h
            web            nginx:1.27                                 healthy    8080->80/tcp, 127.0.0.1:9000-9001->9000-9001/tcp  172.18.0.4                docker   3h
            数据库-主要    postgres:17                                paused     5432/tcp                                          172.17.0.15               docker   3h
            sick           busybox:1                                  unhealthy                                                    10.88.0.4                 podman   3h
            """);
  }

  @Test
  void theListIsFiltered() {
    populate();

    assertThat(run(0, "list", "--state", "unhealthy", "--name", "s*")).isEqualTo(ExitCode.OK);
    assertThat(out())
        .isEqualTo(
            """
            NAME  IMAGE      STATE      PORTS  ADDRESSES  BACKEND  AGE
            sick  busybox:1  unhealthy         10.88.0.4  podman   3h
            """);
    assertThat(run(0, "list", "--label", "com.docker.compose.service=nope")).isEqualTo(ExitCode.OK);
    assertThat(out()).isEmpty();
    assertThat(err()).isEqualTo("koi: none of 5 matches\n");
  }

  @Test
  void anExplanation() {
    populate();

    assertThat(run(80, "explain", "web")).isEqualTo(ExitCode.OK);
    assertThat(out())
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
                  rejected: is not a label that Koi knows
                  did you mean koi.name?
              koi.proxy.port=http
                  rejected: must be a port number in 1..65535, as in 8080
              koi.txt.api-token=***
                  txt.api-token = ***
              koi.type=_http._tcp
                  service_type = _http._tcp
              com.docker.compose.container-number, .project, .service
                  compose = shop/web number 1
              ignored    maintainer

            ports
              80/tcp     _http._tcp (koi.type says so), published as 8080->80/tcp
              9000/tcp   _http._tcp (koi.type says so), published as 127.0.0.1:9000->9000/tcp
              9001/tcp   _http._tcp (koi.type says so), published as 127.0.0.1:9001->9001/tcp

            announced  yes, because koi.enable=true asks for it
              as         The Shop
            """);
  }

  @Test
  void anExplanationOfWhatHasLittleToSay() {
    populate();

    assertThat(run(80, "explain", "podman/sick")).isEqualTo(ExitCode.OK);
    assertThat(out())
        .isEqualTo(
            """
            podman/sick  d7bdab87ed58
              container  sick
              image      busybox:1
              state      running (unhealthy) for 3h
              networks   podman=10.88.0.4

            labels
              none       it has no label

            ports
              none       neither published nor exposed

            announced  no, because nothing asks for it; the label koi.enable=true would
            """);
  }

  @Test
  void anInstanceIsFoundByNameAndByTheBeginningOfItsId() {
    String id = docker.run(ContainerSpec.of("web"));

    for (String word : List.of("web", "docker/web", id, id.substring(0, 6))) {
      assertThat(run(80, "explain", word)).as(word).isEqualTo(ExitCode.OK);
      assertThat(out()).startsWith("docker/web  " + id.substring(0, 12));
    }
  }

  @Test
  void aNameOfSeveralIsAFailureThatListsThem() {
    populate();

    assertThat(run(80, "explain", "worker")).isEqualTo(ExitCode.FAILURE);
    assertThat(out()).isEmpty();
    assertThat(err())
        .startsWith("koi: 'worker' fits 2; ask for one by container or id:\n  CONTAINER ")
        .contains("\n  shop-worker-1  ", "\n  shop-worker-2  ");
  }

  @Test
  void aNameOfNoneIsAFailureThatNamesTheNearest() {
    populate();

    assertThat(run(80, "explain", "wbe")).isEqualTo(ExitCode.FAILURE);
    assertThat(err()).isEqualTo("koi: nothing that runs is called 'wbe'; did you mean 'web'?\n");
    assertThat(run(80, "explain", "something")).isEqualTo(ExitCode.FAILURE);
    assertThat(err())
        .isEqualTo("koi: nothing that runs is called 'something'; 'koi list' shows what runs\n");
  }

  @Test
  void theBackends() throws IOException {
    populate();
    podman.faults().on(EVENTS).reply(reply -> reply.status(403));
    home = Optional.of(directory);
    Path broken = Files.createDirectory(directory.resolve("backends")).resolve("broken.jar");
    Files.writeString(broken, "junk");
    settings.addAll(List.of("--set", "koi.backends.old.type=docker"));
    settings.addAll(List.of("--set", "koi.backends.old.host=unix://" + directory));
    settings.addAll(List.of("--set", "koi.backends.off.type=docker"));
    settings.addAll(List.of("--set", "koi.backends.off.enabled=false"));

    List<String> all = new ArrayList<>(List.of("backends"));
    for (String name : List.of("docker", "podman", "old", "off")) {
      all.addAll(List.of("--backend", name));
    }

    assertThat(run(0, all.toArray(String[]::new))).isEqualTo(ExitCode.FAILURE);
    assertThat(
            out()
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
              why        unix://DIR (koi.backends.old.host) is a directory, not a socket
                         container runtimes make one where a mounted socket is missing
              backend    docker
              from       JAR

            podman  connected
              runtime    Podman 5.4.2, API 1.41
              at         unix://DIR/podman.sock
              instances  1
              limited    changes are looked for every 5 s, because GET EVENTS got status 403 at unix://DIR/podman.sock: simulated status 403
                         a proxy in front of the engine must allow EVENTS
              backend    podman
              from       JAR

            cannot be used
                         DIR/backends/broken.jar is no jar that can be read: zip END header not found
            """);
  }

  @Test
  void aProxyThatRefusesTheListIsToldWithItsSwitch() {
    docker.faults().on(LIST).reply(reply -> reply.status(403));

    run(0, "backends", "--backend", "docker");
    assertThat(out())
        .contains("docker  failed\n", "a proxy in front of the engine must allow CONTAINERS");
  }

  @Test
  void anEngineThatIsTooOldIsToldWithWhatIsNeeded() {
    docker.apiVersions("1.10", "1.18");

    run(0, "doctor", "--backend", "docker");
    assertThat(out()).contains("speaks API 1.18", "Koi needs 1.24 (Docker 1.12) or newer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list --backend docker",
        "backends --backend docker",
        "watch --backend docker",
        "explain web --backend docker",
      })
  void whoWaitsForASlowEngineIsToldSoUntilItHasAnswered(String command) throws Exception {
    docker.run(ContainerSpec.of("web"));
    notes = 80;
    Fault slow = docker.faults().on(PING).reply(Reply::hang);
    Thread running = start(80, command.split(" ", -1));

    await().atMost(PATIENCE).until(() -> err().equals("\r\u001b[Kkoi: waiting for docker ..."));
    slow.lift();
    await().atMost(PATIENCE).until(() -> out().contains("docker"));
    assertThat(err()).isEqualTo("\r\u001b[Kkoi: waiting for docker ...\r\u001b[K");
    end(running);
  }

  @Test
  void aFilteredWatchFollowsWhatOnceFitted() throws Exception {
    String web = docker.run(ContainerSpec.of("web").healthcheck("true"));
    docker.run(ContainerSpec.of("other"));
    Thread watch = start(0, "watch", "--state", "unhealthy");
    await().atMost(PATIENCE).until(() -> docker.streams() == 1);

    docker.health(web, "unhealthy");
    await().atMost(PATIENCE).until(() -> out().contains("+ docker/web  running (unhealthy)"));
    docker.health(web, "healthy");
    await()
        .atMost(PATIENCE)
        .until(() -> out().contains("~ docker/web  health unhealthy -> healthy"));
    docker.stop(web);
    await().atMost(PATIENCE).until(() -> out().contains("- docker/web  after "));
    assertThat(out()).doesNotContain("other");
    end(watch);
  }

  @Test
  void anExplanationGoesOnWithWhatHappens() throws Exception {
    String web = docker.run(ContainerSpec.of("web"));
    docker.run(ContainerSpec.of("other"));
    Thread follow = start(0, "explain", "web", "--follow");

    await()
        .atMost(PATIENCE)
        .until(() -> out().contains("announced  no") && out().contains("+ docker/web  running"));
    docker.pause(web);
    await().atMost(PATIENCE).until(() -> out().contains("~ docker/web  state running -> paused"));
    docker.remove(web);
    docker.run(ContainerSpec.of("web").image("busybox:2"));
    await().atMost(PATIENCE).until(() -> out().contains("+ docker/web  running  busybox:2"));
    assertThat(out()).doesNotContain("other");
    end(follow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "list --json",
        "watch",
        "watch --json",
        "explain hostile",
        "explain hostile --json",
        "explain hostile --follow",
        "explain nope",
        "backends",
        "backends --json",
      })
  void nothingHostileReachesTheTerminalRaw(String command) throws Exception {
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
    Thread running = start(0, command.split(" ", -1));

    await().atMost(PATIENCE).until(() -> !running.isAlive() || out().contains("docker"));
    if (running.isAlive()) {
      docker.rename(id, "renamed" + hostile);
      await().atMost(PATIENCE).until(() -> !running.isAlive() || out().contains("renamed"));
    }
    end(running);
    assertThat(out() + err())
        .isNotEmpty()
        .matches(text -> text.codePoints().allMatch(c -> c == '\n' || shown(c)), "shows all");
    if (command.equals("list")) {
      assertThat(out().lines()).hasSize(2);
    } else if (command.endsWith("--json")) {
      assertThat(out()).matches("[ -~\n]+").matches("(?s)[{\\[].*[}\\]]\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "explain|@",
        "explain|twin",
        "@",
        "list|--@",
        "list|@",
        "list|--state|@",
        "list|--backend|@",
        "list|--config|@",
        "list|--set|koi.backends.docker.@=1",
      })
  void norDoesWhatIsTold(String command) {
    String hostile = "\u001b[2J\r\u009b31m\u202e";
    for (int number = 1; number <= 2; number++) {
      docker.run(
          ContainerSpec.of("twin" + number + hostile)
              .label("com.docker.compose.project", "twins")
              .label("com.docker.compose.service", "twin"));
    }

    assertThat(run(0, command.replace("@", hostile).split("\\|", -1))).isNotEqualTo(ExitCode.OK);
    assertThat(out()).isEmpty();
    assertThat(err()).contains("\\x1b[2J\\x0d\\x9b31m\\u202e").matches("[ -~\n]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "list --json", "explain x", "explain x --json"})
  void norDoesHalfACharacter(String command) {
    try (InMemoryWorld world = InMemoryWorld.open("in-memory")) {
      world.start("x", facts -> facts.image("half \ud83d").labels(Map.of("koi.\udc1f", "\ud83d")));

      assertThat(run(0, command.split(" ", -1))).isEqualTo(ExitCode.OK);
    }
    assertThat(out()).contains("half \\").matches("[ -~\n]+");
  }

  private static boolean shown(int c) {
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

  private Thread start(int width, String... command) {
    Thread running = new Thread(() -> run(width, command), "test-koi");
    running.start();
    return running;
  }

  /** Lets nobody read any more, and the engine end, which would be printed. */
  private void end(Thread running) throws InterruptedException {
    out.broken = true;
    docker.shutDown();
    running.join(PATIENCE.toMillis());
    assertThat(running.isAlive()).isFalse();
  }

  private int run(int width, String... command) {
    out.reset();
    err.reset();
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(settings);
    Console console =
        new Console(
            new PrintStream(out, false, UTF_8),
            new PrintStream(err, false, UTF_8),
            new Screen(width, false, notes));
    return new KoiCommand(console, home, NOW).run(words.toArray(String[]::new));
  }

  private String out() {
    return out.text();
  }

  private String err() {
    return err.text();
  }

  /** What is printed; like a pipe, it can lose its reader. */
  private static final class Sink extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean broken;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] more, int from, int length) throws IOException {
      if (broken) {
        throw new IOException("Broken pipe");
      }
      bytes.write(more, from, length);
    }

    void reset() {
      bytes.reset();
    }

    String text() {
      return bytes.toString(UTF_8);
    }
  }
}
