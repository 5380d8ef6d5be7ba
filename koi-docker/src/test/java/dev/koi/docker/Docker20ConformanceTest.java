package dev.koi.docker;

import dev.koi.docker.engine.SimulatedEngineFixture;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import dev.koi.testkit.engine.Dialect;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "takes long; mvn verify -Dkoi.tests=all runs it")
class Docker20ConformanceTest extends RuntimeBackendConformance {

  @Override
  protected BackendFixture fixture() throws Exception {
    return new SimulatedEngineFixture(new DockerBackend(), Dialect.DOCKER_20);
  }
}
