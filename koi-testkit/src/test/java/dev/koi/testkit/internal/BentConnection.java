package dev.koi.testkit.internal;

import dev.koi.Instance;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A correct connection, of which a test bends some methods. */
class BentConnection implements RuntimeConnection {

  /** What a method does instead, given the correct connection or watch. */
  interface Bent<A, B> {
    B of(A straight) throws IOException, InterruptedException;
  }

  /** What findInstance does instead. */
  interface BentFind {
    Optional<Instance> of(RuntimeConnection straight, String id)
        throws IOException, InterruptedException;
  }

  /** What close does instead. */
  interface BentClose {
    void of(RuntimeConnection straight) throws IOException, InterruptedException;
  }

  private final RuntimeConnection straight;
  private Bent<RuntimeConnection, List<Instance>> list = RuntimeConnection::listInstances;
  private BentFind find = RuntimeConnection::findInstance;
  private Bent<RuntimeConnection, InstanceWatch> watch = RuntimeConnection::watch;
  private BentClose close = RuntimeConnection::close;

  BentConnection(RuntimeConnection straight) {
    this.straight = straight;
  }

  BentConnection list(Bent<RuntimeConnection, List<Instance>> bent) {
    list = bent;
    return this;
  }

  BentConnection find(BentFind bent) {
    find = bent;
    return this;
  }

  BentConnection watch(Bent<RuntimeConnection, InstanceWatch> bent) {
    watch = bent;
    return this;
  }

  /** Bends take of the watch. */
  BentConnection take(Bent<InstanceWatch, ChangeHint> bent) {
    return watch(it -> new BentWatch(it.watch()).take(bent));
  }

  BentConnection close(BentClose bent) {
    close = bent;
    return this;
  }

  @Override
  public RuntimeInfo runtime() {
    return straight.runtime();
  }

  @Override
  public List<Instance> listInstances() throws IOException, InterruptedException {
    return list.of(straight);
  }

  @Override
  public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    return find.of(straight, id);
  }

  @Override
  public String limitation() {
    return straight.limitation();
  }

  @Override
  public InstanceWatch watch() throws IOException, InterruptedException {
    return watch.of(straight);
  }

  @Override
  public void close() {
    try {
      close.of(straight);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
