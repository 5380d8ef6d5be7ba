package dev.koi.docker.engine;

import dev.koi.Instance;
import dev.koi.docker.instances.Containers;
import dev.koi.docker.instances.EngineIdentity;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.watch.EngineTimings;
import dev.koi.docker.watch.EngineWatch;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.support.BasicConnection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A connection to an engine. */
final class EngineConnection extends BasicConnection {

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final EngineTimings timings;
  private final Containers containers;

  EngineConnection(EngineHttp http, EngineIdentity engine, String backend, EngineTimings timings) {
    super(
        new RuntimeInfo(
            engine.dialect().product(), engine.version(), engine.api().toString(), http.address()));
    this.http = http;
    this.engine = engine;
    this.timings = timings;
    containers = new Containers(http, engine, backend, timings.inspection());
  }

  @Override
  protected List<Instance> list() throws IOException, InterruptedException {
    return containers.list();
  }

  @Override
  protected Optional<Instance> find(String id) throws IOException, InterruptedException {
    return containers.find(id);
  }

  @Override
  public String limitation() {
    return containers.limitation();
  }

  @Override
  protected InstanceWatch openWatch() throws IOException, InterruptedException {
    return EngineWatch.open(http, engine, timings, containers.seen(), containers::uninspected);
  }

  @Override
  protected void release() {
    http.close();
    containers.close();
  }
}
