package dev.koi.testkit.memory;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.support.BasicConnection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A connection to a world; the world does the waiting and the failing. Thread-safe. */
final class InMemoryConnection extends BasicConnection {

  private final InMemoryWorld world;
  private final String entry;
  private final int era;

  InMemoryConnection(InMemoryWorld world, String entry) throws IOException, InterruptedException {
    super(new RuntimeInfo("In-memory world", "", "", "memory:" + world.name()));
    this.world = world;
    this.entry = entry;
    this.era = world.greet();
  }

  @Override
  protected List<Instance> list() throws IOException, InterruptedException {
    return world.instances(entry, era);
  }

  @Override
  protected Optional<Instance> find(String id) throws IOException, InterruptedException {
    return world.instance(id, entry, era);
  }

  @Override
  protected InstanceWatch openWatch() throws IOException, InterruptedException {
    InMemoryWatch opened = new InMemoryWatch(world);
    world.subscribe(opened, era);
    return opened;
  }
}
