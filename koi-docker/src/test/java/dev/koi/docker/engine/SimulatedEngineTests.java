package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A backend's connections to each simulated engine of its product. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SimulatedEngineTests {

  private static final String VERSION = "(/v1\\.[0-9]{1,2}|/v4.0.0)?";

  private final RuntimeBackend backend;
  private final List<Dialect> dialects;
  protected SimulatedEngine engine;
  protected RuntimeConnection connection;
  @TempDir Path directory;

  /** Makes the tests for that backend and engines. */
  protected SimulatedEngineTests(RuntimeBackend backend, Dialect... dialects) {
    this.backend = backend;
    this.dialects = List.of(dialects);
  }

  Stream<Dialect> dialects() {
    return dialects.stream();
  }

  @AfterEach
  void nothingIsLeft() {
    connection.close();
    EngineTraces.awaitNone("simulated");
    engine.close();
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void whatChangesNothingGivesNoHint(Dialect dialect) throws Exception {
    connect(dialect);
    String id = engine.run(ContainerSpec.of("web"));
    String other = engine.run(ContainerSpec.of("other"));
    try (HintFollower follower = new HintFollower(connection)) {
      engine.rename(other, "fence"); // by then the hints of the first one's start have all come
      follower.awaitInstance(other, i -> i.containerName().equals("fence"));
      long before = follower.hints(id);

      engine.exec(id, "login --password canary");
      engine.create(ContainerSpec.of("idle"));
      engine.rename(other, "fence2");
      follower.awaitInstance(other, i -> i.containerName().equals("fence2"));

      assertThat(follower.hints(id)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void theEngineIsAskedForNothingElse(Dialect dialect) throws Exception {
    connect(dialect);
    String id = engine.run(ContainerSpec.of("web"));
    InstanceWatch watch = connection.watch();
    connection.listInstances();
    connection.findInstance(id);
    connection.findInstance("../info");
    connection.findInstance("web");
    watch.close();

    assertThat(engine.requests())
        .allSatisfy(
            request -> {
              assertThat(request.method()).isEqualTo("GET");
              assertThat(request.path())
                  .matches(
                      VERSION
                          + "/(_ping|version|events|(libpod/)?containers/json|containers/[0-9a-f]{64}/json)");
            });
  }

  protected void connect(Dialect dialect) throws IOException, InterruptedException {
    Path socket = directory.resolve("s");
    engine = SimulatedEngine.start(dialect, socket);
    BackendConfig config =
        BackendConfig.of("simulated", Map.of("host", "unix://" + socket, "connect-timeout", "30s"));
    connection = backend.connect(config);
  }
}
