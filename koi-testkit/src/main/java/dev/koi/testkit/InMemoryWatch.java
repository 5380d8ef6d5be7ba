package dev.koi.testkit;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The ids that have changed in a world and have not been taken yet. Thread-safe. */
final class InMemoryWatch implements InstanceWatch {

  private static final int MOST_IDS = 1_000;

  private final InMemoryWorld world;
  private final Set<String> changed = new LinkedHashSet<>(); // guarded by this
  private boolean tooMany; // guarded by this
  private String end; // why nothing more comes, null while it may; guarded by this

  InMemoryWatch(InMemoryWorld world) {
    this.world = world;
  }

  @Override
  public synchronized ChangeHint take() throws IOException, InterruptedException {
    while (end == null && !tooMany && changed.isEmpty()) {
      wait();
    }
    if (end != null) {
      throw new IOException(end);
    }
    if (tooMany) {
      tooMany = false;
      return ChangeHint.everything();
    }
    Iterator<String> oldest = changed.iterator();
    ChangeHint hint = ChangeHint.instance(oldest.next());
    oldest.remove();
    return hint;
  }

  synchronized void changed(String id) {
    if (!tooMany) {
      changed.add(id);
    }
    if (changed.size() > MOST_IDS) { // rather say less than hold more, or forget (W-5)
      changed.clear();
      tooMany = true;
    }
    notifyAll();
  }

  synchronized void end(String reason) {
    if (end == null) {
      end = reason;
    }
    notifyAll();
  }

  @Override
  public void close() {
    world.unsubscribe(this);
    end("the watch on " + world.name() + " is closed");
  }
}
