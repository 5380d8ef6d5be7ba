package dev.koi.spi;

import dev.koi.Instance;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A connection to one runtime. It does not heal: once the runtime is lost its methods throw, and
 * Koi makes another.
 *
 * <p>All methods may be called from several threads at once, also while a {@link InstanceWatch#take
 * take} is blocked (T-1). A blocked call that is interrupted throws {@link InterruptedException}
 * within a second (T-2). After {@link #close} every method but {@code close} and {@link #runtime}
 * throws {@link IOException}.
 *
 * <p>Its instances carry the runtime's own facts: the full id (D-1), all ports, networks and labels
 * (D-2), the start where the runtime knows it (D-5), and {@link BackendConfig#name} as backend
 * (D-4); no value of the environment and no command line (D-3). Two looks at an unchanged runtime
 * give equal instances (D-6).
 */
public interface RuntimeConnection extends AutoCloseable {

  /** {@return who answered when the connection was made (C-1)} Never blocks. */
  RuntimeInfo runtime();

  /**
   * {@return every instance that is running, paused or restarting, and no other (L-1), as it is at
   * some moment during the call (L-2)} All of them or an exception: a list that could not be
   * completed is not returned (L-3). The list is unmodifiable and has no id twice (L-4).
   *
   * @throws IOException if the runtime is lost or does not give the whole list
   * @throws InterruptedException if the thread was interrupted
   */
  List<Instance> listInstances() throws IOException, InterruptedException;

  /**
   * {@return the instance of that id as {@link #listInstances} would show it at this moment (F-1),
   * or empty if it would not be there: it has stopped, or never was (F-2)}
   *
   * <p>Koi calls it for each hint, so a runtime that can answer for one id should. This default
   * asks for the whole list; Koi never calls it, but lists as often as it must.
   *
   * @param id an id that this runtime may know
   * @throws IOException if the runtime is lost or gives no answer for this id
   * @throws InterruptedException if the thread was interrupted
   */
  default Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    return listInstances().stream().filter(instance -> instance.id().equals(id)).findFirst();
  }

  /**
   * Starts to watch. Live on return: every change that happens after this method has returned gives
   * a hint (W-1). Koi calls it first and lists afterwards.
   *
   * @return the watch; one per connection
   * @throws IOException if the runtime is lost or refuses to be watched
   * @throws InterruptedException if the thread was interrupted
   * @throws IllegalStateException if this connection has been asked before (W-8)
   */
  InstanceWatch watch() throws IOException, InterruptedException;

  /**
   * Ends the connection and its watch. Idempotent, callable from any thread, throws nothing;
   * a blocked {@link InstanceWatch#take take} ends within a second, and no thread or
   * descriptor is left.
   */
  @Override
  void close();
}
