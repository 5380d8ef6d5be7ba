package dev.koi.docker;

import dev.koi.docker.engine.RealEngine;
import dev.koi.docker.engine.RealEngineTests;

class DockerBackendIT extends RealEngineTests {

  DockerBackendIT() {
    super(new DockerBackend());
  }

  @Override
  protected RealEngine engine() {
    return RealEngine.docker();
  }
}
