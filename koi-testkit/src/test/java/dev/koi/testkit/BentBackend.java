package dev.koi.testkit;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.function.Supplier;

/** The correct backend, but for what the wrong one that is being tried bends. */
public class BentBackend implements RuntimeBackend {

  /** Connects in some wrong way, or makes a connection that is wrong. */
  @FunctionalInterface
  interface Bend {
    RuntimeConnection connect(RuntimeBackend straight, BackendConfig config)
        throws IOException, InterruptedException;
  }

  /** How the one that is being tried is called. */
  static Supplier<String> name = () -> "bent";

  /** How the one that is being tried connects. */
  static Bend bend = RuntimeBackend::connect;

  @Override
  public String name() {
    return name.get();
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    return bend.connect(new InMemoryBackend(), config);
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
