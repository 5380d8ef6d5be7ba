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
import java.util.Arrays;
import java.util.Map;
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
        "lst | koi: unknown command 'lst'; 'koi --help' shows what there is",
        "list --jsn | koi: unknown option --jsn; 'koi --help' shows what there is",
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

      assertThat(run("list", "--backend", "docker", "--set", hostOf(engine)))
          .isEqualTo(ExitCode.OK);
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

      assertThat(run("list", "--json", "--set", hostOf(engine))).isEqualTo(ExitCode.OK);
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
                  "list",
                  "--set",
                  hostOf(engine),
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
  void helpNamesEveryCommand() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("list", "watch", "demo", "Exit codes");
  }

  @Test
  void helpDescribesEveryOption() {
    run("--help");

    assertThat(Arguments.OPTIONS.getOptions())
        .allSatisfy(
            option ->
                assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("--" + option.getLongOpt()));
  }

  private SimulatedEngine engine() {
    return SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine.sock"));
  }

  private static String hostOf(SimulatedEngine engine) {
    return "koi.backends.docker.host=unix://" + engine.socket();
  }

  private int run(String... args) {
    Console console = new Console(new PrintStream(out), new PrintStream(err), Map.of());
    String[] words = Stream.of(args).filter(word -> !word.isEmpty()).toArray(String[]::new);
    return new KoiCommand(console, Optional.empty()).run(words);
  }

  private static String[] lines(ByteArrayOutputStream stream) {
    return Arrays.stream(stream.toString(StandardCharsets.UTF_8).split("\n"))
        .filter(line -> !line.isEmpty())
        .toArray(String[]::new);
  }
}
