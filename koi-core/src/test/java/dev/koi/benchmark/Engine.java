package dev.koi.benchmark;

import java.nio.file.Path;

/** An engine that the benchmark commands. */
interface Engine extends AutoCloseable {

  /** Returns its product and version. */
  String version();

  /** Returns which backend watches it. */
  String backend();

  Path socket();

  /** Creates a container without starting it, and returns its id. */
  String create(String name) throws Exception;

  void start(String id) throws Exception;

  void rename(String id, String name) throws Exception;

  void remove(String id) throws Exception;

  /** Returns when the engine made its last event of that action, in nanoseconds of the epoch. */
  long stamp(String action, String id) throws Exception;

  @Override
  void close();
}
