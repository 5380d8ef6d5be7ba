package dev.koi.testkit.internal;

import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;

/** The smallest correct backend follows every rule, with nothing left out. */
class InMemoryConformanceTest extends RuntimeBackendConformance {
  @Override
  protected BackendFixture fixture() {
    return new InMemoryFixture("kit-world");
  }
}
