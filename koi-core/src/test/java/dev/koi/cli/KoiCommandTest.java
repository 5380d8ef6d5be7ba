package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input ends in one clear line and the right code; good input in what was asked for. */
class KoiCommandTest {

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | koi: no command given; 'koi --help' shows what there is",
        "lst | koi: unknown command 'lst'; did you mean 'list'? 'koi --help' shows what there is",
        "ps | koi: unknown command 'ps'; 'koi --help' shows what there is",
        "list --jsn | koi: unknown option --jsn; did you mean --json? 'koi --help' shows what there is",
        "list --nmae=x | koi: unknown option --nmae=x; did you mean --name?"
            + " 'koi --help' shows what there is",
        "list --follow | koi: 'list' does not take --follow; 'koi --help' shows what there is",
        "backends --name x | koi: 'backends' does not take --name; 'koi --help' shows what there is",
        "list --state up | koi: --state must be one of running, paused, restarting, unknown,"
            + " starting, healthy, unhealthy, but was 'up'; 'koi --help' shows what there is",
        "list --label =x | koi: --label needs KEY or KEY=VALUE, but was given '=x';"
            + " 'koi --help' shows what there is",
        "explain | koi: 'explain' needs a name or an id, as 'koi list' shows it;"
            + " 'koi --help' shows what there is",
        "explain a b | koi: 'explain' takes no further words, but was given 'b';"
            + " 'koi --help' shows what there is",
        "help wacth | koi: unknown command 'wacth'; did you mean 'watch'?"
            + " 'koi --help' shows what there is",
        "watch --set koi.backends.docker.host=x --backend docker"
            + " | koi: docker: --set: koi.backends.docker.host must begin with unix://, tcp:// or npipe://"
            + " but was x",
        "list --config | koi: --config needs a value; 'koi --help' shows what there is",
        "list now | koi: 'list' takes no further words, but was given 'now';"
            + " 'koi --help' shows what there is",
        "list --set x | koi: --set needs key=value, but was given 'x';"
            + " 'koi --help' shows what there is",
        "list --backend nope | koi: there is no backend 'nope'; there are: docker, in-memory, podman",
        "list --config no.conf | koi: no.conf: there is no such file that can be read",
        "list --set koi.backends.docker.enabled=perhaps"
            + " | koi: --set: koi.backends.docker.enabled must be auto, true or false",
      })
  void whatCannotBeUnderstoodIsAUsageError(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(lines(err)).containsExactly(message);
    assertThat(lines(out)).isEmpty();
  }

  @Test
  void aMalformedFileIsNamedWithItsLine() throws IOException {
    Path file = Files.writeString(directory.resolve("koi.conf"), "koi {\n  timing = [\n");

    assertThat(run("list", "--config", file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(lines(err)).singleElement().asString().startsWith("koi: " + file + ": 3: ");
  }

  @Test
  void aSocketThatIsNotThereIsNoRuntime() {
    Path socket = directory.resolve("no.sock");

    assertThat(run("list", "--set", "koi.backends.docker.host=unix://" + socket))
        .isEqualTo(ExitCode.NO_RUNTIME);
    assertThat(lines(err))
        .singleElement()
        .asString()
        .startsWith("koi: docker: ")
        .contains(socket.toString());
  }

  @Test
  void aSocketThatIsADirectoryIsAFailure() {
    assertThat(run("list", "--set", "koi.backends.docker.host=unix://" + directory))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(lines(err))
        .singleElement()
        .asString()
        .startsWith("koi: docker: ")
        .contains(directory.toString(), "directory");
  }

  @Test
  void anEntryOfAnUnknownTypeIsAConfigurationError() {
    assertThat(run("list", "--set", "koi.backends.x.type=dokcer")).isEqualTo(ExitCode.USAGE);
    assertThat(lines(err))
        .containsExactly(
            "koi: x: there is no backend 'dokcer' on the class path; there are: docker, in-memory, podman");
  }

  @Test
  void listShowsWhatRuns() {
    try (SimulatedEngine engine = engine()) {
      engine.run(ContainerSpec.of("web").image("nginx:1").publish("127.0.0.1:8080:80"));
      engine.stop(engine.run(ContainerSpec.of("done")));

      assertThat(run(engine, "list", "--backend", "docker")).isEqualTo(ExitCode.OK);
    }
    assertThat(lines(out)).hasSize(2);
    assertThat(lines(out)[0]).startsWith("NAME").endsWith("AGE");
    assertThat(lines(out)[1])
        .matches("web +nginx:1 +running +127\\.0\\.0\\.1:8080->80/tcp +[0-9.]+ +docker +\\d+s");
    assertThat(lines(err)).isEmpty();
  }

  @Test
  void listAsJsonIsOneArrayInOneLine() {
    try (SimulatedEngine engine = engine()) {
      engine.run(ContainerSpec.of("web").label("note", "\u001b[31mred\u202e\u007f"));

      assertThat(run(engine, "list", "--json")).isEqualTo(ExitCode.OK);
    }
    assertThat(lines(out))
        .singleElement()
        .asString()
        .startsWith("[{\"id\":\"")
        .endsWith("}]")
        .matches("[ -~]+");
  }

  @Test
  void aWantedBackendThatIsNotThereIsToldBesideTheOthers() {
    try (SimulatedEngine engine = engine()) {
      engine.run(ContainerSpec.of("web"));

      assertThat(
              run(
                  engine,
                  "list",
                  "--set",
                  "koi.backends.edge.type=docker",
                  "--set",
                  "koi.backends.edge.host=unix://" + directory.resolve("edge.sock")))
          .isEqualTo(ExitCode.FAILURE);
    }
    assertThat(lines(out)).hasSize(2);
    assertThat(lines(err)).singleElement().asString().startsWith("koi: edge: ");
  }

  @Test
  void theDemoShowsTheSimulatedEngine() {
    assertThat(run("demo", "list")).isEqualTo(ExitCode.OK);

    assertThat(lines(out)).hasSizeGreaterThan(3);
    assertThat(lines(err))
        .containsExactly(
            "koi: this is a simulated engine; its containers come and go by themselves");
  }

  @Test
  void helpNamesEveryCommandAndEachHasHelpOfItsOwn() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(lines(out))
        .contains(
            "Exit codes: 0 ok, 1 failure, 2 usage or configuration error," + " 3 no runtime found");
    for (String command : Command.words()) {
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("\n  " + command + " ");
    }
    for (String command : Command.words()) {
      assertThat(helpOf(command, "--help")).isEqualTo(helpOf("help", command));
    }
  }

  @Test
  void helpDescribesEveryOption() {
    StringBuilder help = new StringBuilder(helpOf("help"));
    Command.words().forEach(command -> help.append(helpOf("help", command)));

    assertThat(Arguments.OPTIONS.getOptions())
        .allSatisfy(
            option -> assertThat(help).containsPattern("\n  (-., )?--" + option.getLongOpt()));
  }

  @Test
  void helpFitsATerminal() {
    for (String command : Command.words()) {
      assertThat(helpOf("help", command).lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
    assertThat(helpOf("help").lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  private String helpOf(String... args) {
    out.reset();
    assertThat(run(args)).isEqualTo(ExitCode.OK);
    return out.toString(StandardCharsets.UTF_8);
  }

  private SimulatedEngine engine() {
    return SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine.sock"));
  }

  /** Runs on that engine, however busy the machine is. */
  private int run(SimulatedEngine engine, String... args) {
    List<String> words = new ArrayList<>(List.of(args));
    words.addAll(List.of("--set", "koi.backends.docker.host=unix://" + engine.socket()));
    words.addAll(List.of("--set", "koi.backends.docker.connect-timeout=1m"));
    words.addAll(List.of("--set", "koi.timing.connect=1m"));
    return run(words.toArray(String[]::new));
  }

  private int run(String... args) {
    Console console = new Console(new PrintStream(out), new PrintStream(err), Screen.NONE);
    String[] words = Stream.of(args).filter(word -> !word.isEmpty()).toArray(String[]::new);
    return new KoiCommand(console, Optional.empty(), Clock.systemUTC()).run(words);
  }

  private static String[] lines(ByteArrayOutputStream stream) {
    return Arrays.stream(stream.toString(StandardCharsets.UTF_8).split("\n"))
        .filter(line -> !line.isEmpty())
        .toArray(String[]::new);
  }
}
