package dev.koi.fleet;

import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.RuntimeBackendConformance;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The kit against one real server, or as many as {@code -Dkoi.fleet.servers} says. */
@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "it is long; mvn verify -Dkoi.tests=all runs it")
class FleetConformanceIT extends RuntimeBackendConformance {

  @TempDir static Path directory;
  private static EtcdServers servers;
  private static int fixtures;

  @BeforeAll
  static void start() throws Exception {
    servers = EtcdServers.start(directory, Integer.getInteger("koi.fleet.servers", 1));
  }

  @AfterAll
  static void end() {
    if (servers != null) {
      servers.close();
    }
  }

  @Override
  protected BackendFixture fixture() throws Exception {
    return new FleetFixture(servers, "/kit/" + ++fixtures + "/");
  }
}
