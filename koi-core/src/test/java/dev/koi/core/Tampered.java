package dev.koi.core;

import dev.koi.Instance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import dev.koi.testkit.memory.InMemoryBackend;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The in-memory backend under another name, with whatever a test overrides gone wrong. */
class Tampered implements RuntimeBackend {

  private final RuntimeBackend sound = new InMemoryBackend();

  @Override
  public String name() {
    return "tampered";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    return new Connection(sound.connect(config));
  }

  List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
    return sound.listInstances();
  }

  Optional<Instance> find(RuntimeConnection sound, String id)
      throws IOException, InterruptedException {
    return sound.findInstance(id);
  }

  String limitation(RuntimeConnection sound) {
    return sound.limitation();
  }

  InstanceWatch watch(RuntimeConnection sound) throws IOException, InterruptedException {
    return new Watch(sound.watch());
  }

  ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
    return sound.take();
  }

  void close(RuntimeConnection sound) {
    sound.close();
  }

  private final class Connection implements RuntimeConnection {
    private final RuntimeConnection sound;

    Connection(RuntimeConnection sound) {
      this.sound = sound;
    }

    @Override
    public RuntimeInfo runtime() {
      return sound.runtime();
    }

    @Override
    public List<Instance> listInstances() throws IOException, InterruptedException {
      return list(sound);
    }

    @Override
    public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
      return find(sound, id);
    }

    @Override
    public String limitation() {
      return Tampered.this.limitation(sound);
    }

    @Override
    public InstanceWatch watch() throws IOException, InterruptedException {
      return Tampered.this.watch(sound);
    }

    @Override
    public void close() {
      Tampered.this.close(sound);
    }
  }

  private final class Watch implements InstanceWatch {
    private final InstanceWatch sound;

    Watch(InstanceWatch sound) {
      this.sound = sound;
    }

    @Override
    public ChangeHint take() throws IOException, InterruptedException {
      return Tampered.this.take(sound);
    }

    @Override
    public void close() {
      sound.close();
    }
  }
}
