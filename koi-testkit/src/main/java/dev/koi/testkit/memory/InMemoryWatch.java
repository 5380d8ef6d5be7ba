package dev.koi.testkit.memory;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.support.HintQueue;
import java.io.IOException;

/** The hints of a world that have not been taken yet. Thread-safe. */
final class InMemoryWatch implements InstanceWatch {

  private final InMemoryWorld world;
  private final HintQueue hints = new HintQueue();

  InMemoryWatch(InMemoryWorld world) {
    this.world = world;
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    return hints.take();
  }

  void changed(String id) {
    hints.add(id);
  }

  void end(String reason) {
    hints.fail(new IOException(reason));
  }

  @Override
  public void close() {
    world.unsubscribe(this);
    end("the watch on the world " + world.name() + " is closed");
  }
}
