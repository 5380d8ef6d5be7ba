package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong input is answered with one line and the right exit code. */
class KoiCommandTest {

  private static final int MAX_HELP_WIDTH = 80;

  @TempDir Path directory;

  private final TestKoi koi = new TestKoi(Clock.systemUTC());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | koi: no command given; 'koi --help' lists commands and options",
        "lst | koi: unknown command 'lst'; did you mean 'list'? 'koi --help' lists commands and options",
        "ps | koi: unknown command 'ps'; 'koi --help' lists commands and options",
        "list --jsn | koi: unknown option --jsn; did you mean '--json'? 'koi list --help' lists its options",
        "list --nmae=x | koi: unknown option --nmae; did you mean '--name'?"
            + " 'koi list --help' lists its options",
        "list --follow | koi: 'list' does not take --follow; 'koi list --help' lists its options",
        "backends --name x | koi: 'backends' does not take --name; 'koi backends --help' lists its options",
        "list --state up | koi: --state must be one of running, paused, restarting,"
            + " starting, healthy, unhealthy, but was 'up'; 'koi list --help' lists its options",
        "list --label =x | koi: --label needs KEY or KEY=VALUE, but was given '=x';"
            + " 'koi list --help' lists its options",
        "explain | koi: 'explain' needs a name or an id, as 'koi list' shows it;"
            + " 'koi explain --help' lists its options",
        "'explain ' | koi: 'explain' needs a name or an id, as 'koi list' shows it;"
            + " 'koi explain --help' lists its options",
        "explain a b | koi: 'explain' takes no further words, but was given 'b';"
            + " 'koi explain --help' lists its options",
        "serve --json | koi: 'serve' does not take --json; 'koi serve --help' lists its options",
        "list --port 1 | koi: 'list' does not take --port; 'koi list --help' lists its options",
        "serve --port web | koi: --port needs a number from 0 to 65535, but was given 'web';"
            + " 'koi serve --help' lists its options",
        "serve --port 65536 | koi: --port needs a number from 0 to 65535, but was given '65536';"
            + " 'koi serve --help' lists its options",
        "serve --set koi.serve.port=web | koi: --set: koi.serve.port must be a number in 0..65535, but"
            + " is 'web'",
        "serve --port 1 --set koi.serve.socket=no.sock | koi: --port has no effect beside"
            + " koi.serve.socket, which is no.sock; 'koi serve --help' lists its options",
        "serve --host ::1 --set koi.serve.socket=no.sock | koi: --host has no effect beside"
            + " koi.serve.socket, which is no.sock; 'koi serve --help' lists its options",
        "serve --set koi.serve.socket=no.sock --set koi.serve.socket-group=no-such-group"
            + " | koi: koi.serve.socket-group: there is no group 'no-such-group'",
        "serve --set koi.serve.token-file=/ | koi: koi.serve.token-file: cannot read /: is no"
            + " regular file",
        "serve --set koi.serve.token-file=/no | koi: koi.serve.token-file: there is no file /no",
        "serve --host 0.0.0.0 | koi: koi.serve.host is 0.0.0.0, so other machines could see all"
            + " instances; set koi.serve.token-file or the environment variable KOI_SERVE_TOKEN, or"
            + " koi.serve.insecure = true if that is wanted",
        "serve --publish http://me:secret@localhost:2379 | koi: koi.fleet.endpoints must name no"
            + " user; user and password-file do",
        "fleet hosts --set koi.fleet.endpoints=[\"http://localhost\"] | koi: koi.fleet.endpoints must be"
            + " addresses such as http://127.0.0.1:2379 or https://etcd-1:2379"
            + ", but one is '[\"http://localhost\"]'",
        "serve --set koi.fleet.publish=true | koi: --set: koi.fleet.publish is true, so"
            + " koi.fleet.endpoints must have an address, such as http://127.0.0.1:2379",
        "list --publish http://127.0.0.1:1 | koi: 'list' does not take --publish;"
            + " 'koi list --help' lists its options",
        "fleet | koi: 'fleet' needs one of hosts, forget HOST; 'koi fleet --help' lists its options",
        "fleet hots | koi: 'fleet' needs one of hosts, forget HOST, but was given 'hots';"
            + " did you mean 'hosts'? 'koi fleet --help' lists its options",
        "fleet forget | koi: 'fleet forget' needs the name of a host, as 'koi fleet hosts' shows it;"
            + " 'koi fleet --help' lists its options",
        "fleet forget a b | koi: 'fleet' takes no further words, but was given 'b';"
            + " 'koi fleet --help' lists its options",
        "fleet hosts a | koi: 'fleet hosts' takes no further words, but was given 'a';"
            + " 'koi fleet --help' lists its options",
        "fleet hosts | koi: koi.fleet.endpoints must name at least one server, as in"
            + " http://127.0.0.1:2379",
        "fleet hosts --set koi.fleet.endpoints=http://etcd-1:2379 | koi: koi.fleet.endpoints must"
            + " be https unless koi.fleet.insecure = true, because on the way to another host others"
            + " could change what the fleet shows, but one is http://etcd-1:2379",
        "help wacth | koi: unknown command 'wacth'; did you mean 'watch'?"
            + " 'koi --help' lists commands and options",
        "watch --set koi.backends.docker.host=x --backend docker"
            + " | koi: docker: --set: koi.backends.docker.host must not be plain HTTP to another host, where"
            + " anyone who can read the traffic controls the engine (set cert-path, or insecure = true)"
            + " but was x",
        "list --config | koi: --config needs a value; 'koi list --help' lists its options",
        "list now | koi: 'list' takes no further words, but was given 'now';"
            + " 'koi list --help' lists its options",
        "list --set x | koi: --set needs key=value, but was given 'x';"
            + " 'koi list --help' lists its options",
        "list --backend nope | koi: there is no backend 'nope'; there are: docker, fleet, in-memory, podman",
        "list --backend dokcer | koi: there is no backend 'dokcer'; there are: docker, fleet, in-memory,"
            + " podman; did you mean 'docker'?",
        "list --set koi.backends.x.type=dokcer | koi: x: there is no backend 'dokcer';"
            + " there are: docker, fleet, in-memory, podman; did you mean 'docker'?",
        "list --set koi.backend.x=1 | koi: --set: koi.backend is not a setting; there are:"
            + " announce, backends, fleet, serve, timing; did you mean 'backends'?",
        "list --json=yes | koi: --json takes no value, but was given 'yes';"
            + " 'koi list --help' lists its options",
        "list --name --json | koi: --name needs a value; 'koi list --help' lists its options",
        "completion csh | koi: 'completion' needs one of bash, zsh, fish, but was given 'csh';"
            + " 'koi completion --help' lists its options",
        "demo demo | koi: 'demo' needs another command, but was given 'demo';"
            + " 'koi demo --help' lists its options",
        "demo lst | koi: unknown command 'lst'; did you mean 'list'?"
            + " 'koi demo --help' lists its options",
        "warm-up | koi: 'warm-up' is a command of the script bin/koi only;"
            + " 'koi warm-up --help' lists its options",
        "warm-up now | koi: 'warm-up' takes no further words, but was given 'now';"
            + " 'koi warm-up --help' lists its options",
        "list --config no.conf | koi: no.conf: there is no such file that can be read",
        "list --set koi.backends.docker.enabled=perhaps"
            + " | koi: --set: koi.backends.docker.enabled must be auto, true or false but"
            + " was perhaps",
      })
  void wrongInputIsAUsageError(String line, String message) {
    assertThat(koi.run(line.isEmpty() ? new String[0] : line.split(" ", -1)))
        .isEqualTo(ExitCode.USAGE);
    assertThat(koi.err()).isEqualTo(message + "\n");
    assertThat(koi.out()).isEmpty();
  }

  @Test
  void aMalformedFileIsNamedWithItsLine() throws IOException {
    Path file = Files.writeString(directory.resolve("koi.conf"), "koi {\n  timing = [\n");

    assertThat(koi.run("list", "--config", file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(koi.err()).startsWith("koi: " + file + ": 3: ").hasLineCount(1);
  }

  @Test
  void theExamplesOfTheConfigurationFileAreValid() throws IOException {
    List<String> examples =
        Files.readAllLines(Path.of("src/main/dist/conf/koi.conf")).stream()
            .filter(line -> line.startsWith("# koi."))
            .map(line -> line.substring(2))
            .toList();
    Path file = Files.write(directory.resolve("koi.conf"), examples);

    assertThat(examples).hasSize(2);
    assertThat(koi.run("list", "--config", file.toString(), "--backend", "nope"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(koi.err())
        .isEqualTo(
            "koi: there is no backend 'nope'; there are: docker, edge-1, fleet, in-memory, podman\n");
  }

  @Test
  void aMissingSocketIsNoRuntime() {
    Path socket = directory.resolve("no.sock");

    assertThat(koi.run("list", "--set", "koi.backends.docker.host=unix://" + socket))
        .isEqualTo(ExitCode.NO_RUNTIME);
    assertThat(koi.err()).startsWith("koi: docker: ").contains(socket.toString()).hasLineCount(1);
  }

  @Test
  void aDirectoryInsteadOfASocketIsAFailure() {
    assertThat(koi.run("list", "--set", "koi.backends.docker.host=unix://" + directory))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(koi.err())
        .startsWith("koi: docker: ")
        .contains(directory.toString(), "directory")
        .hasLineCount(1);
  }

  @Test
  void aListIsATableOrAJsonArray() {
    try (SimulatedEngine engine = engine()) {
      engine.run(ContainerSpec.of("web").image("nginx:1").publish("127.0.0.1:8080:80"));
      engine.stop(engine.run(ContainerSpec.of("done")));

      assertThat(koi.run("list", "--backend", "docker")).isEqualTo(ExitCode.OK);
      assertThat(koi.err()).isEmpty();
      assertThat(koi.out())
          .matches(
              "(?s)NAME .* ADDRESSES.web +running +127\\.0\\.0\\.1:8080->80/tcp +docker +\\d+s +nginx:1 +[0-9.]+\n");

      assertThat(koi.run("list", "--backend", "docker", "--json")).isEqualTo(ExitCode.OK);
      assertThat(koi.out()).startsWith("[{\"id\":\"").endsWith("}]\n").hasLineCount(1);
    }
  }

  @Test
  void aRequiredBackendThatIsMissingIsReportedAndTheOthersAreListed() {
    koi.set("koi.backends.edge.type", "docker");
    koi.set("koi.backends.edge.host", "unix://" + directory.resolve("edge.sock"));
    try (SimulatedEngine engine = engine()) {
      engine.run(ContainerSpec.of("web"));

      assertThat(koi.run("list")).isEqualTo(ExitCode.FAILURE);
    }
    assertThat(koi.out()).hasLineCount(2);
    assertThat(koi.err()).startsWith("koi: edge: ").hasLineCount(1);
  }

  @Test
  void theDemoSaysThatItIsSimulated() {
    assertThat(koi.run("demo", "list")).isEqualTo(ExitCode.OK);

    assertThat(koi.out().lines()).hasSizeGreaterThan(3);
    assertThat(koi.err()).isEqualTo("koi: this engine is simulated; its containers are not real\n");
  }

  @Test
  void orDemoWatchesASimulatedEngineOnlyIfThereIsNoRuntime() throws Exception {
    for (String backend : List.of("docker", "podman", "in-memory")) {
      koi.set("koi.backends." + backend + ".enabled", "auto");
    }
    koi.set("koi.backends.docker.host", "unix://" + directory.resolve("engine.sock"));
    koi.set("koi.backends.podman.host", "unix://" + directory.resolve("no.sock"));
    koi.set("koi.backends.in-memory.enabled", "false");
    Thread simulated = koi.start("watch", "--or-demo");
    koi.awaitOut("+ docker/web");
    assertThat(koi.err())
        .isEqualTo(
            "koi: no container runtime found, so --or-demo watches a simulated one;"
                + " its containers are not real\n");
    koi.end(simulated, () -> {}); // its containers change by themselves

    try (SimulatedEngine engine = engine()) {
      engine.run(ContainerSpec.of("real"));
      Thread real = koi.start("watch", "--or-demo");
      koi.awaitOut("+ docker/real");
      assertThat(koi.err()).isEmpty();
      koi.end(real, () -> engine.run(ContainerSpec.of("next")));
    }
  }

  @Test
  void orDemoWatchesASimulatedEngineIfEveryBackendIsDisabled() throws Exception {
    for (String backend : List.of("docker", "podman", "in-memory")) {
      koi.set("koi.backends." + backend + ".enabled", "false");
    }
    Thread simulated = koi.start("watch", "--or-demo");
    koi.awaitOut("+ docker/web");
    koi.end(simulated, () -> {});
  }

  @Test
  void helpDescribesEveryCommandAndOption() {
    StringBuilder help = new StringBuilder(helpOf("--help"));
    assertThat(help).contains("Exit codes: 0 ok, 1 failure, 2 usage", "3 no runtime found");
    for (String command : Command.words()) {
      assertThat(help).contains("\n  " + command + " ");
      assertThat(helpOf(command, "--help")).isEqualTo(helpOf("help", command));
      help.append(helpOf("help", command));
    }
    assertThat(Option.values())
        .allSatisfy(
            option -> assertThat(help).containsPattern("\n  (-., )?" + option.word() + "[ \n]"));
    assertThat(help.toString().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(MAX_HELP_WIDTH));
  }

  /** Runs each example of the help on the demo; those of watch, serve and fleet are only parsed. */
  @Test
  void everyExampleOfTheHelpWorks() throws Exception {
    List<String> topics = new ArrayList<>(Command.words());
    topics.add("--help");
    int examples = 0;
    for (String topic : topics) {
      String help = topic.equals("--help") ? helpOf(topic) : helpOf("help", topic);
      String section = help.substring(help.indexOf("Examples:\n")).split("\n\n", 2)[0];
      for (String line : section.replace("\\\n", "").split("\n", -1)) {
        if (line.startsWith("  koi ")) {
          String[] words = words(line.strip().split(" \\| jq", 2)[0]);
          assertExampleWorks(line, Arrays.copyOfRange(words, 1, words.length));
          examples++;
        }
      }
    }
    assertThat(examples).isGreaterThan(15);
  }

  private void assertExampleWorks(String example, String... words) throws UsageException {
    Arguments arguments = Arguments.parse(words);
    Command command = Command.named(arguments.words().get(0));
    command.check(arguments);
    boolean endless =
        List.of(words).contains("watch")
            || List.of(words).contains("serve")
            || command == Command.FLEET // needs an etcd
            || command == Command.WARM_UP // by the script
            || List.of(words).equals(List.of("demo"));
    boolean engine = List.of("list", "explain", "backends").contains(command.word());
    if (!endless && !arguments.has(Option.FOLLOW)) {
      List<String> line = new ArrayList<>(List.of(words));
      line.addAll(0, engine ? List.of("demo") : List.of());
      assertThat(koi.run(line.toArray(String[]::new))).as(example).isEqualTo(ExitCode.OK);
    }
  }

  /** Splits as a shell does. */
  private static String[] words(String line) {
    return Pattern.compile("'([^']*)'|(\\S+)")
        .matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toArray(String[]::new);
  }

  private String helpOf(String... args) {
    assertThat(koi.run(args)).isEqualTo(ExitCode.OK);
    return koi.out();
  }

  private SimulatedEngine engine() {
    Path socket = directory.resolve("engine.sock");
    koi.connect("docker", socket);
    return SimulatedEngine.start(Dialect.DOCKER_28, socket);
  }
}
