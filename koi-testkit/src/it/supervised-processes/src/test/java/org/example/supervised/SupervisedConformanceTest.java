package org.example.supervised;

import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import java.io.IOException;

class SupervisedConformanceTest extends RuntimeBackendConformance {
  @Override
  protected BackendFixture fixture() throws IOException {
    return new SupervisorFixture();
  }
}
