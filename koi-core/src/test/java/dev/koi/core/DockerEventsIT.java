package dev.koi.core;

import dev.koi.docker.engine.RealEngine;

class DockerEventsIT extends RealEngineEvents {

  @Override
  RealEngine engine() {
    return RealEngine.docker();
  }
}
