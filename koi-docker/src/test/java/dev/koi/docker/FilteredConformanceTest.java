package dev.koi.docker;

import dev.koi.docker.engine.SimulatedEngineFixture;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import dev.koi.testkit.engine.Dialect;

/** Behind a filtering proxy on which only CONTAINERS is switched on. */
class FilteredConformanceTest extends RuntimeBackendConformance {

  @Override
  protected BackendFixture fixture() throws Exception {
    return new SimulatedEngineFixture(new DockerBackend(), Dialect.DOCKER_28).behindFilter();
  }
}
