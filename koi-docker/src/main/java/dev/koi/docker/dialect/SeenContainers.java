package dev.koi.docker.dialect;

import dev.koi.Instance;
import java.util.Optional;
import java.util.Set;

/** The containers that this connection has inspected so far. */
public interface SeenContainers {

  /** Returns the container as it was last seen; empty if it was not present. */
  Optional<Instance> instance(String id);

  /** Forgets how the container looked: its life has ended, and the next one is another. */
  void ended(String id);

  /** Returns the containers that use the network of this one, and change with it. */
  Set<String> guests(String id);
}
