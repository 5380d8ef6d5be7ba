package dev.koi.docker.engine;

import dev.koi.Instance;
import dev.koi.docker.instances.Containers;
import dev.koi.docker.instances.EngineIdentity;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.watch.EngineTimings;
import dev.koi.docker.watch.EngineWatch;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection to an engine. */
final class EngineConnection implements RuntimeConnection {

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final EngineTimings timings;
  private final Containers containers;
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile EngineWatch watch; // null until there is one

  EngineConnection(EngineHttp http, EngineIdentity engine, String backend, EngineTimings timings) {
    this.http = http;
    this.engine = engine;
    this.timings = timings;
    containers = new Containers(http, engine, backend, timings.inspection());
  }

  @Override
  public RuntimeInfo runtime() {
    return new RuntimeInfo(
        engine.dialect().product(), engine.version(), engine.api().toString(), http.address());
  }

  @Override
  public List<Instance> listInstances() throws IOException, InterruptedException {
    return containers.list();
  }

  @Override
  public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    return containers.find(id);
  }

  @Override
  public String limitation() {
    return containers.limitation();
  }

  @Override
  public InstanceWatch watch() throws IOException, InterruptedException {
    if (!watched.compareAndSet(false, true)) {
      throw new IllegalStateException("a connection is watched only once");
    }
    watch = EngineWatch.open(http, engine, timings, containers.seen(), containers::uninspected);
    if (http.isClosed()) {
      watch.close(); // close() may not have seen it
    }
    return watch;
  }

  @Override
  public void close() {
    http.close();
    containers.close();
    EngineWatch open = watch;
    if (open != null) {
      open.close();
    }
  }
}
