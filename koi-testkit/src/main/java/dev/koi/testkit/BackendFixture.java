package dev.koi.testkit;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.util.Map;

/**
 * The runtime that a backend is checked against, and the hand that changes it. The kit makes one
 * for every claim, calls it from one thread at a time, stops what it started, and closes it.
 *
 * <p>A method that changes something returns when the change is complete: when the runtime itself
 * would show it to anyone who asks. The kit calls each with a deadline, and takes what one throws
 * for the fixture's fault and not the backend's.
 *
 * <p>Four methods must be written. Each of the others is either overridden, or named in {@link
 * #gaps} with the reason why this runtime has no such thing; the claims that need it are then
 * reported as not verified, never as passed.
 */
public interface BackendFixture {

  /** Returns the backend to check: a new one, or always the same. */
  RuntimeBackend backend();

  /**
   * Returns the configuration with which this runtime is reached.
   *
   * @param entry the name that the configuration must have; the kit uses several
   */
  BackendConfig config(String entry);

  /**
   * Starts an instance, and returns when it runs.
   *
   * @param spec what it should be like; what is never asked of it, this runtime does not have
   * @return the runtime's own full id, as the backend must report it
   */
  String start(InstanceSpec spec) throws Exception;

  /** Ends that instance, and returns when it has ended. Be quick: kill it. */
  void stop(String id) throws Exception;

  /** Returns what this runtime cannot do, and why, for people to read in the report. */
  default Map<Capability, String> gaps() {
    return Map.of();
  }

  /**
   * Returns whether others start and stop instances in this runtime while the kit runs, so that it
   * cannot tell what should not be there.
   */
  default boolean shared() {
    return false;
  }

  /** Freezes that instance; it stays present. */
  default void pause(String id) throws Exception {
    throw notWritten("pause");
  }

  /** Lets a paused instance run again. */
  default void unpause(String id) throws Exception {
    throw notWritten("unpause");
  }

  /** Gives that instance another name, while it runs. */
  default void rename(String id, String name) throws Exception {
    throw notWritten("rename");
  }

  /** Ends that instance and starts it again, under the same id. */
  default void restart(String id) throws Exception {
    throw notWritten("restart");
  }

  /**
   * Takes the runtime away, as a crash does: what is connected is cut off, and nobody answers. What
   * becomes of its instances does not matter.
   */
  default void loseRuntime() throws Exception {
    throw notWritten("loseRuntime");
  }

  /** Brings a lost runtime back, at the same place. */
  default void restoreRuntime() throws Exception {
    throw notWritten("restoreRuntime");
  }

  /** Makes the runtime stop answering without going away, as a hung or suspended process does. */
  default void freezeRuntime() throws Exception {
    throw notWritten("freezeRuntime");
  }

  /** Lets a frozen runtime answer again. */
  default void thawRuntime() throws Exception {
    throw notWritten("thawRuntime");
  }

  /**
   * Returns a configuration that points to where nothing is, such as a socket that does not exist,
   * naming each place.
   */
  default FailingConfig absent() throws Exception {
    throw notWritten("absent");
  }

  /**
   * Returns a configuration that points to where something is that refuses or is no such runtime,
   * such as a socket that may not be opened or that speaks another protocol.
   */
  default FailingConfig refusing() throws Exception {
    throw notWritten("refusing");
  }

  /**
   * Returns a configuration that reaches this runtime but for one value that cannot be used, naming
   * that value's key relative to the entry.
   */
  default FailingConfig invalid() throws Exception {
    throw notWritten("invalid");
  }

  /** Ends the runtime if it is the fixture's own, and removes what is left in it. */
  default void close() throws Exception {}

  private static UnsupportedOperationException notWritten(String method) {
    return new UnsupportedOperationException(method + " is neither written nor among the gaps");
  }
}
