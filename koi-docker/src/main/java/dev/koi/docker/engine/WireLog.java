package dev.koi.docker.engine;

import java.io.IOException;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log into which Apache's HTTP client, which docker-java uses, writes every byte at level
 * DEBUG: also the environment of every container.
 */
final class WireLog {

  private static final String NAME = "org.apache.hc.client5.http.wire";
  private static final Logger log = LoggerFactory.getLogger(NAME);

  /** Held, because the JDK forgets the level of a logger that nobody holds. */
  private static final java.util.logging.Logger jdkLog = java.util.logging.Logger.getLogger(NAME);

  static {
    jdkLog.setLevel(Level.OFF); // the loggers of others cannot be set from here
  }

  private WireLog() {}

  /**
   * Returns if nothing is written.
   *
   * @throws IOException if it would be
   */
  static void requireOff() throws IOException {
    if (log.isDebugEnabled()) {
      throw new IOException(
          "the logger "
              + NAME
              + " would write the environment of every container into the log; set it to INFO");
    }
  }
}
