package dev.koi.podman;

import dev.koi.docker.engine.RealEngine;
import dev.koi.docker.engine.RealEngineTests;

class PodmanBackendIT extends RealEngineTests {

  PodmanBackendIT() {
    super(new PodmanBackend());
  }

  @Override
  protected RealEngine engine() {
    return RealEngine.podman();
  }
}
