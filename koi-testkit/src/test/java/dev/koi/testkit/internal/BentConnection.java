package dev.koi.testkit.internal;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A correct connection of which one method is to be overridden. */
class BentConnection implements RuntimeConnection {

  final RuntimeConnection straight;

  BentConnection(RuntimeConnection straight) {
    this.straight = straight;
  }

  @Override
  public RuntimeInfo runtime() {
    return straight.runtime();
  }

  @Override
  public List<Instance> listInstances() throws IOException, InterruptedException {
    return straight.listInstances();
  }

  @Override
  public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    return straight.findInstance(id);
  }

  @Override
  public String limitation() {
    return straight.limitation();
  }

  @Override
  public InstanceWatch watch() throws IOException, InterruptedException {
    return straight.watch();
  }

  @Override
  public void close() {
    straight.close();
  }
}
