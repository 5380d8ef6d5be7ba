package dev.koi.spi.support;

import static java.util.Objects.requireNonNull;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection of which a subclass writes only what is its runtime's own: {@link #list}, {@link
 * #openWatch} and, if it can, {@link #find}. Thread-safe if these methods are.
 *
 * <p>It keeps these rules: lists are unmodifiable (L-4); a second watch is refused (W-8); close may
 * be called by any thread, at any time and again, and closes the watch, also one that is being
 * opened; after close every call throws; an unchecked exception of the runtime's
 * client becomes an {@link IOException}, and an interrupt that it hides is kept (T-2).
 */
public abstract class BasicConnection implements RuntimeConnection {

  private final RuntimeInfo runtime;
  private final AtomicBoolean watched = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile InstanceWatch watch; // null before it is open

  /**
   * Makes an open connection.
   *
   * @param runtime what has answered
   */
  protected BasicConnection(RuntimeInfo runtime) {
    this.runtime = requireNonNull(runtime, "runtime");
  }

  /**
   * {@return all instances that are present}
   *
   * @throws Exception if the runtime is lost or does not return the whole list
   */
  protected abstract List<Instance> list() throws Exception;

  /**
   * {@return a watch that is live (W-1)} Called once.
   *
   * @throws Exception if the runtime is lost or refuses the watch
   */
  protected abstract InstanceWatch openWatch() throws Exception;

  /**
   * {@return the instance of that id, as {@link #findInstance} does} The default says that it is
   * not supported.
   *
   * @param id an id, perhaps of another runtime
   * @throws Exception if the runtime is lost or does not answer for this id
   */
  protected Optional<Instance> find(String id) throws Exception {
    throw new UnsupportedOperationException("this backend finds no single instance; it lists");
  }

  /**
   * Closes what the connection holds, such as a client. Called once, after the watch was closed;
   * what it throws is dropped. The default does nothing.
   *
   * @throws Exception never mind
   */
  protected void release() throws Exception {}

  @Override
  public final RuntimeInfo runtime() {
    return runtime;
  }

  @Override
  public final List<Instance> listInstances() throws IOException, InterruptedException {
    return List.copyOf(call(this::list));
  }

  @Override
  public final Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    try {
      return call(() -> find(id));
    } catch (IOException e) {
      if (e.getCause() instanceof UnsupportedOperationException unsupported) {
        throw unsupported;
      }
      throw e;
    }
  }

  @Override
  public final InstanceWatch watch() throws IOException, InterruptedException {
    requireOpen();
    if (!watched.compareAndSet(false, true)) {
      throw new IllegalStateException("this connection to " + where() + " was watched before");
    }
    InstanceWatch opened = call(this::openWatch);
    watch = opened;
    if (closed.get()) { // by a close() that could not see the watch yet
      opened.close();
    }
    return opened;
  }

  private <T> T call(Callable<T> body) throws IOException, InterruptedException {
    requireOpen();
    try {
      return body.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw Failures.asIOException(e);
    }
  }

  private void requireOpen() throws IOException {
    if (closed.get()) {
      throw new IOException("the connection to " + where() + " is closed");
    }
  }

  private String where() {
    return runtime.endpoint();
  }

  @Override
  public final void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      InstanceWatch opened = watch;
      if (opened != null) {
        opened.close();
      }
      release();
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
