package dev.koi.docker;

import dev.koi.docker.engine.SimulatedEngineTests;
import dev.koi.testkit.engine.Dialect;

class DockerConnectionTest extends SimulatedEngineTests {
  DockerConnectionTest() {
    super(new DockerBackend(), Dialect.DOCKER_20, Dialect.DOCKER_26, Dialect.DOCKER_28);
  }
}
