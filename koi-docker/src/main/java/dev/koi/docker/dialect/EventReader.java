package dev.koi.docker.dialect;

import java.time.Duration;
import java.util.function.Consumer;

/** Decides which containers to inspect after an event. */
public interface EventReader {

  /**
   * Reads an event. Must not wait: an engine whose events are not read slows down and drops them.
   *
   * @param hints takes the ids of containers that may have changed
   */
  void read(EngineEvent event, Consumer<String> hints);

  /**
   * Waits, and meanwhile hands on the containers whose change is visible only some time after their
   * event. Called by another thread than {@link #read}.
   */
  default void rest(Duration time, Consumer<String> hints) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
