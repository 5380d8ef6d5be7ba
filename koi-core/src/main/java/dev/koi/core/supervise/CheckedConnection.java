package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks a connection for instances, and refuses answers that cannot be right. Thread-safe. */
final class CheckedConnection {

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1); // between two lists

  private final String entry;
  private final RuntimeConnection connection;
  private final Consumer<String> incomplete;
  private volatile boolean findsByList; // learned from the first find
  private volatile String limitation; // null before the first answer

  /**
   * Wraps a connection.
   *
   * @param incomplete receives what answers lack, when that changes; empty if it is nothing
   */
  CheckedConnection(String entry, RuntimeConnection connection, Consumer<String> incomplete) {
    this.entry = entry;
    this.connection = connection;
    this.incomplete = incomplete;
  }

  /** Returns whether a find has shown that the connection can only list. */
  boolean findsByList() {
    return findsByList;
  }

  List<Instance> list() throws IOException, InterruptedException {
    List<Instance> theirs = connection.listInstances();
    if (theirs == null) {
      throw new IOException("listInstances returned null");
    }
    List<Instance> list = new ArrayList<>(theirs); // theirs may change, or be readable only once
    Map<String, Instance> byId = new HashMap<>();
    for (Instance instance : list) {
      check("listInstances", instance);
      Instance other = byId.put(instance.id(), instance);
      if (other != null) { // either could be the one that findInstance returns
        throw new IOException(
            "listInstances returned the id '%s' twice, for '%s' and for '%s'; the backend must make ids unique (D-1)"
                .formatted(instance.id(), other.containerName(), instance.containerName()));
      }
    }
    checkLimitation();
    return list;
  }

  /** Finds an instance; the answer says nothing if {@link #findsByList} is true afterwards. */
  Optional<Instance> find(String id) throws IOException, InterruptedException {
    if (findsByList) { // learned while this find waited for its turn
      return Optional.empty();
    }
    Optional<Instance> found;
    try {
      found = connection.findInstance(id);
    } catch (UnsupportedOperationException e) {
      findsByList = true;
      return Optional.empty();
    }
    if (found != null && found.isPresent()) {
      check("findInstance", found.get());
      if (!found.get().id().equals(id)) {
        throw new IOException(
            "findInstance('" + id + "') returned the instance '" + found.get().id() + "'");
      }
    }
    checkLimitation();
    return found;
  }

  /** Returns how often to list if that is more often than the given pause, which is the default. */
  Duration listInterval(Duration pause) {
    try {
      Duration wanted = connection.listInterval().orElse(pause);
      Duration least = wanted.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : wanted;
      return least.compareTo(pause) < 0 ? least : pause;
    } catch (Throwable e) { // of a stranger's code
      return pause;
    }
  }

  private void checkLimitation() {
    String now;
    try {
      now = Objects.requireNonNullElse(connection.limitation(), "");
    } catch (Throwable e) { // the answer itself is as good as ever
      now =
          "what the answers lack is unknown, because limitation() threw " + e.getClass().getName();
    }
    if (!now.equals(limitation)) {
      limitation = now;
      incomplete.accept(now);
    }
  }

  private void check(String method, Instance instance) throws IOException {
    if (instance == null) {
      throw new IOException(method + " returned a null instance");
    }
    if (!instance.backend().equals(entry)) {
      throw new IOException(
          method + " returned an instance of '" + instance.backend() + "', not of '" + entry + "'");
    }
  }
}
