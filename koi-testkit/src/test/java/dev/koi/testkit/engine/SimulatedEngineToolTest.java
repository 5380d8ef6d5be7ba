package dev.koi.testkit.engine;

import static dev.koi.testkit.engine.EngineClient.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SimulatedEngineToolTest {
  @TempDir Path directory;
  private final ToolProvider tool = ToolProvider.findFirst("koi-simulated-engine").orElseThrow();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman", "docker_20"})
  void itServesAChangingWorldUntilInterrupted(String dialect) throws Exception {
    Path socket = directory.resolve("t.sock");
    AtomicInteger exitCode = new AtomicInteger(-1);
    Thread runner =
        new Thread(() -> exitCode.set(run("--socket", socket.toString(), "--dialect", dialect)));
    runner.start();
    patiently().until(() -> out.toString().contains("unix://" + socket));
    assertThat(EngineClient.json(socket, "/containers/json")).hasSizeGreaterThan(4);
    try (EngineClient stream = EngineClient.get(socket, "/events")) {
      assertThat(stream.event().has("Action")).isTrue();
    }
    runner.interrupt();
    runner.join();
    assertThat(exitCode).hasValue(0);
    assertThat(socket).doesNotExist();
    assertThat(out.toString().lines()).hasSize(1);
  }

  @Test
  void everyStepOfTheDemoMayBeRepeatedOnEveryEngine() {
    for (Dialect dialect : Dialect.values()) {
      try (SimulatedEngine engine = SimulatedEngine.start(dialect, directory.resolve("d.sock"))) {
        DemoScript script = new DemoScript(engine);
        script.steps().forEach(Runnable::run);
        int containers = engine.containers().size();
        script.steps().forEach(Runnable::run);
        assertThat(engine.containers()).hasSize(containers);
      }
    }
  }

  @Test
  void wrongArgumentsAreExplained() {
    assertThat(run("--sock", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("--sock").contains("usage: koi-simulated-engine");
    assertThat(run()).isEqualTo(2);
  }

  private int run(String... args) {
    return tool.run(new PrintWriter(out), new PrintWriter(err), args);
  }
}
