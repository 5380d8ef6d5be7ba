package dev.koi.docker;

import dev.koi.docker.engine.SimulatedEngineFixture;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import dev.koi.testkit.engine.Dialect;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Behind a filtering proxy on which only CONTAINERS is switched on. */
@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "takes long; mvn verify -Dkoi.tests=all runs it")
class FilteredConformanceTest extends RuntimeBackendConformance {

  @Override
  protected BackendFixture fixture() throws Exception {
    return new SimulatedEngineFixture(new DockerBackend(), Dialect.DOCKER_28).behindFilter();
  }
}
