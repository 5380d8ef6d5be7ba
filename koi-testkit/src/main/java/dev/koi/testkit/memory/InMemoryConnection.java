package dev.koi.testkit.memory;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A connection to a world; the world does the waiting and the failing. Thread-safe. */
final class InMemoryConnection implements RuntimeConnection {

  private final InMemoryWorld world;
  private final String entry;
  private final int era;
  private final AtomicReference<InMemoryWatch> watch = new AtomicReference<>();
  private volatile boolean closed;

  InMemoryConnection(InMemoryWorld world, String entry) throws IOException, InterruptedException {
    this.world = world;
    this.entry = entry;
    this.era = world.greet();
  }

  @Override
  public RuntimeInfo runtime() {
    return new RuntimeInfo("In-memory world", "", "", "memory:" + world.name());
  }

  @Override
  public List<Instance> listInstances() throws IOException, InterruptedException {
    requireOpen();
    return world.instances(entry, era);
  }

  @Override
  public boolean findsInstances() {
    return true;
  }

  @Override
  public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    requireOpen();
    return world.instance(id, entry, era);
  }

  @Override
  public InstanceWatch watch() throws IOException, InterruptedException {
    requireOpen();
    InMemoryWatch opened = new InMemoryWatch(world);
    if (!watch.compareAndSet(null, opened)) {
      throw new IllegalStateException("this connection to " + world.name() + " has its watch");
    }
    world.subscribe(opened, era);
    if (closed) { // by a close() that came before the watch was known to it
      opened.close();
    }
    return opened;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the connection to " + world.name() + " is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    InMemoryWatch opened = watch.get();
    if (opened != null) {
      opened.close();
    }
  }
}
