package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A stranger's backend, of one instance that never changes; packed into a jar by a test. */
public final class DroppedInBackend implements RuntimeBackend {

  @Override
  public String name() {
    return "dropped-in";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) {
    return new Connection(config.name());
  }

  private static final class Connection implements RuntimeConnection, InstanceWatch {
    private final String backend;
    private final CountDownLatch closed = new CountDownLatch(1);

    Connection(String backend) {
      this.backend = backend;
    }

    @Override
    public RuntimeInfo runtime() {
      return new RuntimeInfo("Nothing much", "", "", "here");
    }

    @Override
    public List<Instance> listInstances() {
      return List.of(Instance.builder(backend, "1", "stranger").build());
    }

    @Override
    public InstanceWatch watch() {
      return this;
    }

    @Override
    public ChangeHint take() throws IOException, InterruptedException {
      closed.await();
      throw new IOException("closed");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
