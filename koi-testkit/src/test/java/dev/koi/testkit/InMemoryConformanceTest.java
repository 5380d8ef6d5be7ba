package dev.koi.testkit;

/** The smallest correct backend follows every rule, with nothing left out. */
class InMemoryConformanceTest extends RuntimeBackendConformance {
  @Override
  protected BackendFixture fixture() {
    return new InMemoryFixture();
  }
}
