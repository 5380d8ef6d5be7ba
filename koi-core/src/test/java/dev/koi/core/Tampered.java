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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The in-memory backend under another name, of which a test replaces some methods. */
public class Tampered implements RuntimeBackend {

  /** Stands in for a method, given the sound object that has it. */
  public interface Instead<A, B> {
    /** Returns the answer. */
    B of(A sound) throws IOException, InterruptedException;
  }

  /** Stands in for a method with a parameter. */
  public interface InsteadWith<A, P, B> {
    /** Returns the answer. */
    B of(A sound, P argument) throws IOException, InterruptedException;
  }

  private final RuntimeBackend sound = new InMemoryBackend();
  private InsteadWith<RuntimeBackend, BackendConfig, RuntimeConnection> connect =
      RuntimeBackend::connect;
  private Instead<RuntimeConnection, List<Instance>> list = RuntimeConnection::listInstances;
  private InsteadWith<RuntimeConnection, String, Optional<Instance>> find =
      RuntimeConnection::findInstance;
  private Instead<RuntimeConnection, InstanceWatch> watch = RuntimeConnection::watch;
  private Instead<InstanceWatch, ChangeHint> take = InstanceWatch::take;
  private Function<RuntimeConnection, String> limitation = RuntimeConnection::limitation;
  private Function<RuntimeConnection, Optional<Duration>> interval =
      RuntimeConnection::listInterval;
  private Consumer<RuntimeConnection> close = RuntimeConnection::close;

  /** Replaces connect. */
  public Tampered connect(InsteadWith<RuntimeBackend, BackendConfig, RuntimeConnection> instead) {
    connect = instead;
    return this;
  }

  /** Replaces listInstances. */
  public Tampered list(Instead<RuntimeConnection, List<Instance>> instead) {
    list = instead;
    return this;
  }

  /** Replaces findInstance. */
  public Tampered find(InsteadWith<RuntimeConnection, String, Optional<Instance>> instead) {
    find = instead;
    return this;
  }

  /** Replaces watch. */
  public Tampered watch(Instead<RuntimeConnection, InstanceWatch> instead) {
    watch = instead;
    return this;
  }

  /** Replaces take of each watch. */
  public Tampered take(Instead<InstanceWatch, ChangeHint> instead) {
    take = instead;
    return this;
  }

  /** Replaces limitation. */
  public Tampered limitation(Function<RuntimeConnection, String> instead) {
    limitation = instead;
    return this;
  }

  /** Replaces listInterval. */
  public Tampered interval(Function<RuntimeConnection, Optional<Duration>> instead) {
    interval = instead;
    return this;
  }

  /** Replaces close of each connection. */
  public Tampered close(Consumer<RuntimeConnection> instead) {
    close = instead;
    return this;
  }

  @Override
  public String name() {
    return "tampered";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    RuntimeConnection connection = connect.of(sound, config);
    return connection == null ? null : new Connection(connection);
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
      return list.of(sound);
    }

    @Override
    public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
      return find.of(sound, id);
    }

    @Override
    public Optional<Duration> listInterval() {
      return interval.apply(sound);
    }

    @Override
    public String limitation() {
      return limitation.apply(sound);
    }

    @Override
    public InstanceWatch watch() throws IOException, InterruptedException {
      InstanceWatch opened = watch.of(sound);
      return opened == null ? null : new Watch(opened);
    }

    @Override
    public void close() {
      close.accept(sound);
    }
  }

  private final class Watch implements InstanceWatch {
    private final InstanceWatch sound;

    Watch(InstanceWatch sound) {
      this.sound = sound;
    }

    @Override
    public ChangeHint take() throws IOException, InterruptedException {
      return take.of(sound);
    }

    @Override
    public void close() {
      sound.close();
    }
  }
}
