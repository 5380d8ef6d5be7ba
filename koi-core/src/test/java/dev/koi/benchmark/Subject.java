package dev.koi.benchmark;

/** What is measured: something that watches an engine and tells a sink of each change. */
interface Subject {

  /** Takes each change, at the moment it is delivered. */
  interface Sink {
    void deliver(String kind, String id, String name);
  }

  /** Begins to watch; returns once that many containers are known, or can be. */
  void attach(int containers, Sink sink) throws Exception;

  /** Ends what {@link #attach} began. */
  void detach() throws Exception;
}
