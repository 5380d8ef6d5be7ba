package dev.koi.docker;

import dev.koi.docker.engine.SimulatedEngineFixture;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import dev.koi.testkit.engine.Dialect;

class Docker26ConformanceTest extends RuntimeBackendConformance {

  @Override
  protected BackendFixture fixture() throws Exception {
    return new SimulatedEngineFixture(new DockerBackend(), Dialect.DOCKER_26);
  }
}
