package org.example.pods;

import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import java.io.IOException;

class PodsConformanceTest extends RuntimeBackendConformance {
  @Override
  protected BackendFixture fixture() throws IOException {
    return new PodsFixture();
  }
}
