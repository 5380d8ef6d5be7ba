package dev.koi.testkit;

import dev.koi.Health;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.util.Map;

/**
 * Starts, stops and changes instances of the runtime that a backend is checked against. The kit
 * makes one for every claim, calls it from one thread at a time, stops the instances that it
 * started, and closes it.
 *
 * <p>A method that changes something returns when the change is complete, that is when the runtime
 * itself would show it. The kit calls each method with a deadline, and reports its exception as a
 * fault of the fixture and not of the backend.
 *
 * <p>Four methods must be written. Each of the others is either overridden, or its capability is
 * named in {@link #gaps} with the reason; the claims that need it are then reported as not
 * verified, never as passed.
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
   * @param spec the facts of the instance; one that is never asked for, this runtime does not have
   * @return the runtime's own full id, as the backend must report it
   */
  String start(InstanceSpec spec) throws Exception;

  /** Ends that instance, and returns when it has ended. Be quick: kill it. */
  void stop(String id) throws Exception;

  /** Returns what this runtime cannot do, with the reason, which the report shows. */
  default Map<Capability, String> gaps() {
    return Map.of();
  }

  /**
   * Returns the claims of the kit that cannot hold for this runtime, by the name that the report
   * shows, such as {@code aRenameGivesAHint}, each with the reason. They are reported as not
   * verified. Prefer {@link #gaps}; this is for what no capability describes.
   */
  default Map<String, String> impossible() {
    return Map.of();
  }

  /**
   * Returns whether an instance can have that label. The kit asks for each of its labels, leaves
   * out those that cannot be had, and names them in the report. Override this where the runtime
   * restricts keys or values, for example to letters and digits.
   */
  default boolean canHaveLabel(String key, String value) {
    return true;
  }

  /**
   * Returns whether others start and stop instances in this runtime while the kit runs; the kit
   * then ignores unknown instances.
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

  /**
   * Starts another instance of the same name as that one, where the runtime allows this: in another
   * namespace, in another project, on another machine. If the runtime's own ids are unique in one
   * of these only, both have the same one.
   *
   * @return its full id, as the backend must report it
   */
  default String startNamesake(String id) throws Exception {
    throw notWritten("startNamesake");
  }

  /** Gives that instance these labels beside those that it has, while it runs. */
  default void relabel(String id, Map<String, String> labels) throws Exception {
    throw notWritten("relabel");
  }

  /** Gives that instance another address, in a network that it is in or a new one; it runs on. */
  default void readdress(String id) throws Exception {
    throw notWritten("readdress");
  }

  /** Ends that instance and starts it again, under the same id. */
  default void restart(String id) throws Exception {
    throw notWritten("restart");
  }

  /**
   * Has the health check of that instance pass or fail, and returns when the runtime considers it
   * healthy or unhealthy. The instance was started with {@link InstanceSpec#healthCheck}.
   */
  default void setHealth(String id, Health health) throws Exception {
    throw notWritten("setHealth");
  }

  /**
   * Ends that instance by a failure after which the runtime is to restart it, and returns while it
   * waits for that restart.
   */
  default void crash(String id) throws Exception {
    throw notWritten("crash");
  }

  /**
   * Takes the runtime away, as a crash does: connections are cut, and new ones fail. Its instances
   * may survive or not.
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
   * Returns a configuration that points to a place where nothing is, such as a socket that does not
   * exist, with each place that the exception must name.
   */
  default FailingConfig absent() throws Exception {
    throw notWritten("absent");
  }

  /**
   * Returns a configuration that points to a place that refuses or has another service, such as a
   * socket without permission or with another protocol.
   */
  default FailingConfig refusing() throws Exception {
    throw notWritten("refusing");
  }

  /**
   * Returns a configuration of this runtime with one value that cannot be used, and the key of that
   * value relative to the entry.
   */
  default FailingConfig invalid() throws Exception {
    throw notWritten("invalid");
  }

  /** Ends the runtime if the fixture started it, and removes the remaining instances. */
  default void close() throws Exception {}

  private static UnsupportedOperationException notWritten(String method) {
    return new UnsupportedOperationException(method + " is neither written nor among the gaps");
  }
}
