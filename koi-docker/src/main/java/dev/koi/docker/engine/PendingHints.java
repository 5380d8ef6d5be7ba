package dev.koi.docker.engine;

import dev.koi.spi.ChangeHint;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a watch has not handed out yet: a set, so that it grows with the containers and not with
 * their events. Whoever adds never waits; if too much piles up, it becomes one hint for everything.
 */
final class PendingHints {

  private static final int MAX_IDS = 1000;

  private final Object lock = new Object();
  private final Set<String> ids = new LinkedHashSet<>(); // guarded by lock
  private boolean everything; // guarded by lock
  private IOException failure; // guarded by lock

  void add(String id) {
    synchronized (lock) {
      if (!everything && ids.add(id) && ids.size() > MAX_IDS) {
        ids.clear();
        everything = true;
      }
      lock.notifyAll();
    }
  }

  void addEverything() {
    synchronized (lock) {
      ids.clear();
      everything = true;
      lock.notifyAll();
    }
  }

  /** Ends it: from now on {@link #take} throws. The first reason stays. */
  void fail(IOException reason) {
    synchronized (lock) {
      if (failure == null) {
        failure = reason;
      }
      lock.notifyAll();
    }
  }

  /** Throws the reason it has ended, if it has. */
  void throwIfFailed() throws IOException {
    synchronized (lock) {
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
    }
  }

  /** Waits for a hint. What was added before the failure is not handed out after it. */
  ChangeHint take() throws IOException, InterruptedException {
    synchronized (lock) {
      while (failure == null && !everything && ids.isEmpty()) {
        lock.wait();
      }
      throwIfFailed();
      if (everything) {
        everything = false;
        return ChangeHint.everything();
      }
      Iterator<String> oldest = ids.iterator();
      ChangeHint hint = ChangeHint.instance(oldest.next());
      oldest.remove();
      return hint;
    }
  }
}
