package dev.koi.spi;

import java.io.IOException;

/**
 * A kind of runtime that Koi can watch: the one service of a backend's jar, found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>Its constructor is public, takes nothing and does nothing that can fail (S-1). It holds no
 * state, so that one service can serve any number of connections, to one runtime or to several, at
 * the same time (S-3). All methods may be called from any thread.
 */
public interface RuntimeBackend {

  /**
   * {@return the name by which configuration refers to this kind of runtime: a constant of lower
   * case letters, digits and hyphens that begins with a letter, at most 32 long, unique on the
   * class path} {@code "auto"} and {@code "all"} are reserved (S-2).
   */
  String name();

  /**
   * Connects to a runtime. Returns only after the runtime has answered (C-1). Koi calls it on a
   * thread of its own, interrupts it when its deadline has passed, and retries; a backend does not.
   * A failed attempt leaves no thread or descriptor behind (C-5).
   *
   * @param config the entry of the configuration that asks for this connection
   * @return a connection, open until it is closed
   * @throws BackendUnavailableException if there is nothing there to talk to: no socket, connection
   *     refused. The message names every place tried (C-2)
   * @throws IOException if something is there, but refuses or breaks: permission denied, not the
   *     expected protocol, cut off half-way (C-3)
   * @throws IllegalArgumentException if the configuration cannot be used; thrown before any attempt
   *     to connect, with the full key in its message. {@link BackendConfig#invalid} makes one (C-4)
   * @throws InterruptedException if the thread was interrupted (T-2)
   */
  RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException;
}
