package dev.koi.spi;

import java.io.IOException;

/**
 * A live stream of hints. One thread at a time reads it and may be slow: a watch keeps the hints
 * that are not yet read in bounded memory, and replaces them by {@link ChangeHint#everything} if
 * they are too many (W-5).
 */
public interface InstanceWatch extends AutoCloseable {

  /**
   * Waits for the next hint. Every change gives at least one hint (W-2), which is returned only
   * once {@link RuntimeConnection#findInstance} shows the change (W-3). While nothing changes, this
   * method blocks (W-4).
   *
   * @return a hint for one instance or for all
   * @throws IOException if the runtime is lost (W-6), if changes may have been missed and the watch
   *     cannot continue with {@link ChangeHint#everything} (W-7), or if this watch is closed;
   *     every later call throws, too
   * @throws InterruptedException if the thread was interrupted (T-2)
   */
  ChangeHint take() throws IOException, InterruptedException;

  /**
   * Closes the watch. The connection stays usable. Idempotent, callable from any thread,
   * throws nothing. A blocked {@link #take} ends within a second.
   */
  @Override
  void close();
}
