package dev.koi.podman;

import dev.koi.docker.engine.SimulatedEngineFixture;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import dev.koi.testkit.engine.Dialect;

class Podman5ConformanceTest extends RuntimeBackendConformance {

  @Override
  protected BackendFixture fixture() throws Exception {
    return new SimulatedEngineFixture(new PodmanBackend(), Dialect.PODMAN_5);
  }
}
