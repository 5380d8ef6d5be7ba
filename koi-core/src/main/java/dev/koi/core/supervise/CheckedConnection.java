package dev.koi.core.supervise;

import dev.koi.Instance;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks a connection for instances, and refuses answers that cannot be right. Thread-safe. */
final class CheckedConnection {

  private final String entry;
  private final RuntimeConnection connection;
  private final boolean findsByList;

  CheckedConnection(String entry, RuntimeConnection connection) {
    this.entry = entry;
    this.connection = connection;
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
    return found;
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
