package dev.koi.testkit.internal;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.memory.InMemoryBackend;
import java.io.IOException;

/** The correct backend, but for what the wrong one that is being tried bends. */
public class BentBackend implements RuntimeBackend {

  /** Connects in some wrong way, or makes a connection that is wrong. */
  @FunctionalInterface
  interface Bend {
    RuntimeConnection connect(RuntimeBackend straight, BackendConfig config)
        throws IOException, InterruptedException;
  }

  @Override
  public String name() {
    return WrongRun.CURRENT.get().wrong.name().get();
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    return WrongRun.CURRENT.get().wrong.bend().connect(new InMemoryBackend(), config);
  }

  /** Named in no META-INF/services. */
  static final class Unnamed extends BentBackend {}

  /** Named there, but with a constructor that fails. */
  public static final class Failing extends BentBackend {
    /** Fails, as one that connects here and now does. */
    public Failing() {
      throw new IllegalStateException("no engine here");
    }

    Failing(String reason) {}
  }
}
