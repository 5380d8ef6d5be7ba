package dev.koi.spi;

import dev.koi.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A connection to one runtime. It does not reconnect: once the runtime is lost, its methods throw,
 * and Koi opens another connection.
 *
 * <p>All methods may be called from several threads at once, also while {@link InstanceWatch#take
 * take} blocks (T-1). A blocked call whose thread is interrupted ends within a second: it throws
 * {@link InterruptedException}, or {@link IOException} with the interrupt flag set (T-2). After
 * {@link #close} every method but {@code close} and {@link #runtime} throws {@link IOException}
 * (X-4).
 *
 * <p>Instances contain the facts of the runtime: its full id (D-1), all ports, networks and labels
 * (D-2), the start time if the runtime knows it (D-5), and {@link BackendConfig#name} as backend
 * (D-4); never a value of the environment or a command line (D-3). Two answers about an unchanged
 * runtime are equal (D-6).
 */
public interface RuntimeConnection extends AutoCloseable {

  /** {@return the runtime that answered when the connection was opened (C-1)} Does not block. */
  RuntimeInfo runtime();

  /**
   * {@return all instances that are present, which means in any state but stopped, and no others
   * (L-1), as of some moment during the call (L-2)} If the list cannot be completed, the method
   * throws (L-3). The list is unmodifiable and contains each id once (L-4).
   *
   * @throws IOException if the runtime is lost or does not return the whole list
   * @throws InterruptedException if the thread was interrupted (T-2)
   */
  List<Instance> listInstances() throws IOException, InterruptedException;

  /**
   * {@return the instance of that id as {@link #listInstances} would show it now (F-1); empty if it
   * would not show it, because the instance has ended or has never existed (F-2)} Override this
   * method if the runtime can be asked for one instance, which is cheaper than a list: Koi then
   * calls it for each hint. The default says that it is not supported; Koi then lists instead, at
   * most twice a second however many hints arrive.
   *
   * @param id an id, perhaps of another runtime
   * @throws IOException if the runtime is lost or does not answer for this id
   * @throws InterruptedException if the thread was interrupted (T-2)
   * @throws UnsupportedOperationException for every id, if the runtime can only be listed; after
   *     the first, Koi does not call this method on this connection again
   */
  default Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    throw new UnsupportedOperationException("this backend finds no single instance; it lists");
  }

  /**
   * {@return what the last answers lack, in one sentence that names the instances and the reason;
   * empty if they lack nothing} For a backend that shows an instance although the runtime does not
   * describe it in full. Koi asks after each list and each find, and shows the sentence in its
   * status. Does not block, throws nothing. The default is empty.
   */
  default String limitation() {
    return "";
  }

  /**
   * {@return how often Koi must list, because the runtime does not report changes of every kind;
   * empty if it does} For a runtime that reports starts and ends, for example, but no new address.
   * Koi asks once for each connection, and lists about as often, at most once a second; the default
   * is the setting {@code koi.timing.resync}. Does not block, throws nothing.
   */
  default Optional<Duration> listInterval() {
    return Optional.empty();
  }

  /**
   * Starts a watch, which is live on return: every later change gives a hint (W-1). Koi opens the
   * watch first and lists afterwards.
   *
   * @return the watch; one per connection
   * @throws IOException if the runtime is lost or refuses the watch
   * @throws InterruptedException if the thread was interrupted (T-2)
   * @throws IllegalStateException if this method was called before (W-8)
   */
  InstanceWatch watch() throws IOException, InterruptedException;

  /**
   * Closes the connection and its watch. Idempotent, callable from any thread, throws nothing
   * . A blocked {@link InstanceWatch#take take} ends within a second, and no thread or
   * descriptor stays open.
   */
  @Override
  void close();
}
