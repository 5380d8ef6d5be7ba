package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Asks a connection for instances, and refuses answers that cannot be right. Thread-safe. */
final class CheckedConnection {

  private final String entry;
  private final RuntimeConnection connection;
  private final Consumer<String> incomplete;
  private final boolean findsByList;
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
    this.findsByList = !connection.findsInstances();
  }

  /** Returns whether the connection has no way to find one instance but to list all. */
  boolean findsByList() {
    return findsByList;
  }

  List<Instance> list() throws IOException, InterruptedException {
    List<Instance> theirs = connection.listInstances();
    if (theirs == null) {
      throw new IOException("listInstances returned null");
    }
    List<Instance> list = new ArrayList<>(theirs); // theirs may change, or be readable only once
    Set<String> ids = new HashSet<>();
    for (Instance instance : list) {
      check("listInstances", instance);
      if (!ids.add(instance.id())) {
        throw new IOException("listInstances returned the id '" + instance.id() + "' twice");
      }
    }
    checkLimitation();
    return list;
  }

  Optional<Instance> find(String id) throws IOException, InterruptedException {
    Optional<Instance> found = connection.findInstance(id);
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

  private void checkLimitation() {
    String now = Objects.requireNonNullElse(connection.limitation(), "");
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
