package dev.koi.testkit.memory;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;

/**
 * Watches an {@link InMemoryWorld}, the one that the key {@code world} names, or else the one named
 * like the entry. It is the smallest backend that follows every rule: an example to copy, and what
 * tests of listeners watch.
 */
public final class InMemoryBackend implements RuntimeBackend {

  /** Makes the service. */
  public InMemoryBackend() {}

  @Override
  public String name() {
    return "in-memory";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    String world = config.string("world").orElse(config.name());
    if (!InMemoryWorld.NAME.matcher(world).matches()) {
      throw config.invalid("world", "must be 1 to 64 letters, digits, dots, hyphens, underscores");
    }
    return new InMemoryConnection(InMemoryWorld.find(world), config.name());
  }
}
