package dev.koi.podman;

import dev.koi.docker.engine.RealEngine;
import dev.koi.docker.engine.RealEngineFixture;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;

class PodmanConformanceIT extends RuntimeBackendConformance {
  @Override
  protected BackendFixture fixture() throws Exception {
    return new RealEngineFixture(new PodmanBackend(), RealEngine.podman());
  }
}
