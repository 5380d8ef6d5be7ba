package dev.koi.docker;

import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.endpoint.DockerEndpoints;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.docker.engine.EngineSearch;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Docker Engine, and what is built of it: Docker Desktop, Colima, OrbStack, Rancher Desktop. */
public final class DockerBackend implements RuntimeBackend {

  private static final Logger log = LoggerFactory.getLogger(DockerBackend.class);

  /** Makes one; it holds no state. */
  public DockerBackend() {}

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    List<String> warnings = new ArrayList<>();
    List<EngineEndpoint> places =
        DockerEndpoints.of(config, ProcessEnvironment.ofThisProcess(), warnings::add);
    String help =
        "is Docker running? If it is elsewhere, set DOCKER_HOST or " + config.fullKey("host");
    RuntimeConnection connection =
        EngineSearch.connect(
            config,
            new DockerDialect(),
            places,
            Stream.concat(warnings.stream(), Stream.of(help)).collect(Collectors.joining("; ")));
    warnings.forEach(log::warn);
    return connection;
  }
}
