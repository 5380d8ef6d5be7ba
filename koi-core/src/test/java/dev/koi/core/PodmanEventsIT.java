package dev.koi.core;

import dev.koi.docker.engine.RealEngine;

class PodmanEventsIT extends RealEngineEvents {

  @Override
  RealEngine engine() {
    return RealEngine.podman();
  }
}
