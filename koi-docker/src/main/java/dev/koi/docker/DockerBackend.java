package dev.koi.docker;

import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.endpoint.DockerEndpoints;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.docker.engine.EngineSearch;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;

/** Docker Engine, and what is built of it: Docker Desktop, Colima, OrbStack, Rancher Desktop. */
public final class DockerBackend implements RuntimeBackend {

  /** Makes one; it holds no state. */
  public DockerBackend() {}

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    return EngineSearch.connect(
        config,
        new DockerDialect(),
        DockerEndpoints.of(config, ProcessEnvironment.ofThisProcess()),
        "is Docker running? If it is elsewhere, set DOCKER_HOST or " + config.fullKey("host"));
  }
}
