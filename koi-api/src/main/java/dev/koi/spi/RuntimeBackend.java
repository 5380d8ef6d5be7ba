package dev.koi.spi;

import java.io.IOException;

/**
 * Support for one kind of runtime. A backend's jar provides one implementation as a service of
 * {@link java.util.ServiceLoader}.
 *
 * <p>The constructor is public, has no parameters and cannot fail (S-1). The object is stateless:
 * it opens any number of independent connections, to one runtime or to several (S-3). All methods
 * may be called from any thread.
 */
public interface RuntimeBackend {

  /**
   * {@return the name of this kind of runtime in the configuration: a constant of at most 32 lower
   * case letters, digits and hyphens that begins with a letter and is unique on the class path}
   * {@code "auto"} and {@code "all"} are reserved (S-2).
   */
  String name();

  /**
   * Connects to a runtime, and returns once the runtime has answered (C-1). Koi calls this method
   * on a thread of its own, interrupts it after {@link BackendConfig#connectTimeout}, and retries.
   * A backend does not retry. An attempt that throws leaves no thread and no descriptor behind
   * (C-5).
   *
   * @param config the configuration entry for this connection
   * @return an open connection
   * @throws BackendUnavailableException if no runtime is there: no socket, or a socket or port on
   *     which nothing listens ("connection refused"). The message names every place tried (C-2)
   * @throws IOException if something is there that does not work: permission denied, another
   *     protocol, an interrupted answer. The message names the place (C-3)
   * @throws IllegalArgumentException if the configuration is invalid; thrown before any attempt to
   *     connect, with the full key in the message, as by {@link BackendConfig#invalid} (C-4)
   * @throws InterruptedException if the thread was interrupted (T-2)
   */
  RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException;
}
