package dev.koi.spi;

import java.io.IOException;

/**
 * A live stream of hints. It is read by one thread at a time, which may be slow: a watch keeps what
 * it has not yet handed out in bounded memory, and says {@link ChangeHint#everything} rather than
 * forget (W-5).
 */
public interface InstanceWatch extends AutoCloseable {

  /**
   * Waits for the next hint. Every change of an instance gives at least one hint (W-2), handed out
   * no earlier than {@link RuntimeConnection#findInstance} shows the change (W-3). While nothing
   * changes it blocks, and does not spin (W-4).
   *
   * @return which instance may have changed, or that any may have
   * @throws IOException if the runtime is lost (W-6), if changes may have been missed and cannot be
   *     made up for by {@link ChangeHint#everything} (W-7), or if this watch is closed; then
   *     every later call throws as well
   * @throws InterruptedException if the thread was interrupted (T-2)
   */
  ChangeHint take() throws IOException, InterruptedException;

  /**
   * Ends the watch; the connection stays usable. Idempotent, callable from any thread, throws
   * nothing; a blocked {@link #take} ends within a second.
   */
  @Override
  void close();
}
